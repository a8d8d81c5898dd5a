import type { StoredRecord } from '../port.ts';
import { type Run, statement } from './database.ts';

const READ = statement('SELECT key, version, value FROM uet_capi.record WHERE kind = $1 AND key = $2');
const LIST = statement('SELECT key, version, value FROM uet_capi.record WHERE kind = $1 ORDER BY key');
const ADD = statement(`
  INSERT INTO uet_capi.record (kind, key, version, value) VALUES ($1, $2, 1, $3)
  ON CONFLICT (kind, key) DO NOTHING RETURNING version`);
const CHANGE = statement(`
  UPDATE uet_capi.record SET value = $3, version = version + 1 WHERE kind = $1 AND key = $2 AND version = $4
  RETURNING version`);

export async function readRecord(run: Run, kind: string, key: string): Promise<StoredRecord | undefined> {
  return (await run<StoredRecord>(READ, [kind, key]))[0];
}

export function listRecords(run: Run, kind: string): Promise<StoredRecord[]> {
  return run<StoredRecord>(LIST, [kind]);
}

export async function swapRecord(
  run: Run,
  kind: string,
  key: string,
  expectedVersion: number,
  value: string,
): Promise<boolean> {
  const swapped =
    expectedVersion === 0
      ? await run(ADD, [kind, key, value])
      : await run(CHANGE, [kind, key, value, expectedVersion]);
  return swapped.length === 1;
}
