import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CapiEvent, PixelEnvelope } from '@uet-capi/protocol';
import { resolveConfig } from '../../config/resolve.ts';
import type { ConfigInput } from '../../config/schema.ts';
import { BROWSER, NOW } from '../../pipeline/testing/sample-facts.ts';
import { createAppender } from '../../store/appender.ts';
import type { EventView, Source } from '../../store/port.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { AdjustmentInput } from '../adjustments.ts';
import type { ConversionInput } from '../conversions.ts';
import { createIntake } from '../create-intake.ts';
import type { CapiIntake, Client, PixelIntake, Refusal } from '../intake.ts';
import type { Taken } from '../intake-events.ts';
import { createStorage } from '../storage.ts';
import type { TrackEvent, TrackResult } from '../track.ts';

/** More than any test stores. */
const ALL = 1_000;

/** An intake over a real store in a fresh directory. */
export async function openIntake(settings: ConfigInput = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'uet-capi-intake-'));
  const store = await openSqliteStore({ dataDir });
  const failures: unknown[] = [];
  const told: [source: Source, taken: Taken, reason: string | undefined][] = [];
  let stopping = false;
  const storage = createStorage({
    store,
    appender: createAppender(store),
    isStopping: () => stopping,
    onError: (error) => failures.push(error),
  });
  const resolved = resolveConfig({ tagId: '1', ...settings }, { UET_CAPI_TOKEN: 'token' });
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  const intake = createIntake(resolved.config, storage, {
    onEvent: ({ source }, taken, reason) => told.push([source, taken, reason]),
  });

  return {
    failures,
    /** What `onEvent` was told. */
    told,
    stop() {
      stopping = true;
    },
    /** What the store holds, oldest first. */
    events: async (): Promise<EventView[]> => (await store.find({ limit: ALL })).reverse(),
    wires: async (): Promise<CapiEvent[]> =>
      (await store.find({ limit: ALL })).reverse().flatMap(({ wire }) => (wire ? [JSON.parse(wire)] : [])),
    recall: (...keys: string[]) => store.recall('site', keys),
    pixel: (
      data: unknown[],
      rest: Partial<PixelEnvelope> = {},
      receivedAt = NOW,
      client: Partial<Client> = {},
    ) => intake.pixel('site', { v: 1, data, ...rest }, { ...BROWSER, receivedAt, ...client }),
    capi: (body: unknown, receivedAt = NOW) => intake.capi('1', body, receivedAt),
    track: (event: TrackEvent, context?: string, now = NOW) =>
      intake.track(event, context === undefined ? {} : { context }, now),
    conversions: (...inputs: ConversionInput[]) => intake.conversions('site', inputs, NOW),
    adjustments: (...inputs: AdjustmentInput[]) => intake.adjustments('site', inputs, NOW),
    noscript: (url: string, client: Partial<Client> = {}) =>
      intake.noscript('site', { url }, { ...BROWSER, ...client }),
    /** From now on the database refuses new events for which this SQL condition holds. */
    refuse(condition: string) {
      const db = new DatabaseSync(join(dataDir, 'uet-capi.sqlite'));
      db.exec(`
        DROP TRIGGER IF EXISTS refuse;
        CREATE TRIGGER refuse BEFORE INSERT ON event WHEN ${condition} BEGIN SELECT RAISE(ABORT, 'refused'); END`);
      db.close();
    },
    closeStore: () => store.close(),
    async end() {
      await store.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

export type IntakeUnderTest = Awaited<ReturnType<typeof openIntake>>;

/** The result where the intake took what it was given. */
export function taken<T extends PixelIntake | CapiIntake | TrackResult>(result: T | Refusal): T {
  if ('refused' in result) throw new Error(`refused: ${result.refused}`);
  return result;
}
