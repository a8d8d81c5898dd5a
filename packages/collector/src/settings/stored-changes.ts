import { z } from 'zod';
import type { Changes } from '../config/site-changes.ts';
import type { Store } from '../store/port.ts';

/** What was changed at run time, as one record: every process sees all of a change or none. */

const KIND = 'settings';
const KEY = 'sites';

const schema = z.strictObject({
  /** Another shape has another number. */
  v: z.literal(1),
  sites: z.record(
    z.string(),
    z.strictObject({
      removed: z.literal(true).optional(),
      settings: z.record(z.string(), z.unknown()),
      goals: z.array(
        z.strictObject({
          event: z.string(),
          goal: z.string(),
          enabled: z.boolean().optional(),
          send: z.enum(['all', 'attributed']).optional(),
        }),
      ),
      secrets: z.strictObject({ token: z.string().optional(), serverKey: z.string().optional() }),
    }),
  ),
});

export interface StoredChanges {
  /** 0: nothing was ever changed. */
  version: number;
  /** Undefined where this version of the collector cannot read them. */
  changes: Changes | undefined;
}

export async function readChanges(store: Pick<Store, 'readRecord'>): Promise<StoredChanges> {
  const record = await store.readRecord(KIND, KEY);
  if (!record) return { version: 0, changes: {} };
  const read = schema.safeParse(parseJson(record.value));
  return { version: record.version, changes: read.data?.sites };
}

/** False where somebody else was faster. */
export function writeChanges(
  store: Pick<Store, 'swapRecord'>,
  changes: Changes,
  expectedVersion: number,
): Promise<boolean> {
  const value = { v: 1, sites: changes } satisfies z.input<typeof schema>;
  return store.swapRecord(KIND, KEY, expectedVersion, JSON.stringify(value));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
