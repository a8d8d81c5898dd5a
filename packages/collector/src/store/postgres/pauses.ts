import { UNTIL_RESUMED } from '../port.ts';
import { type Database, type Run, statement } from './database.ts';

/** Of one destination. An outage makes one; what is older explains nothing that still waits. */
const KEPT_PAUSES = 100;

const PAUSE = statement(`
  INSERT INTO uet_capi.destination AS d (id, reason, probe_at) VALUES ($1, $2, $3)
  ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, probe_at = excluded.probe_at
  WHERE d.probe_at <> ${UNTIL_RESUMED}`);

const END_OTHER = statement(`
  UPDATE uet_capi.pause SET until = $2 WHERE destination = $1 AND until IS NULL
    AND reason <> (SELECT reason FROM uet_capi.destination WHERE id = $1)`);

const BEGIN = statement(`
  INSERT INTO uet_capi.pause (destination, since, reason)
  SELECT id, $2, reason FROM uet_capi.destination
  WHERE id = $1 AND NOT EXISTS (SELECT FROM uet_capi.pause WHERE destination = $1 AND until IS NULL)
  ON CONFLICT (destination, since) DO UPDATE SET reason = excluded.reason, until = NULL`);

const FORGET = statement(`
  DELETE FROM uet_capi.pause WHERE destination = $1 AND since <= (
    SELECT since FROM uet_capi.pause WHERE destination = $1 ORDER BY since DESC LIMIT 1 OFFSET ${KEPT_PAUSES})`);

const CLAIM_PROBE = statement(`
  UPDATE uet_capi.destination SET probe_at = $3 WHERE id = $1 AND probe_at <= $2 RETURNING id`);

const RESUME = statement(`
  DELETE FROM uet_capi.destination WHERE id = $1 AND ($2::bigint IS NULL OR probe_at = $2) RETURNING id`);

const END = statement('UPDATE uet_capi.pause SET until = $2 WHERE destination = $1 AND until IS NULL');

/**
 * The first statement locks the destination's row, here and in `resume`: of several that do so at once, one comes
 * after the other, and its further statements see what the one before has written.
 */
export function pause(
  database: Database,
  destination: string,
  reason: string,
  probeAt: number,
  now: number,
): Promise<void> {
  return database.transaction(async (run) => {
    await run(PAUSE, [destination, reason, probeAt]);
    await run(END_OTHER, [destination, now]);
    await run(BEGIN, [destination, now]);
    await run(FORGET, [destination]);
  });
}

export async function claimProbe(
  run: Run,
  destination: string,
  now: number,
  nextProbeAt: number,
): Promise<boolean> {
  return (await run(CLAIM_PROBE, [destination, now, nextProbeAt])).length === 1;
}

export function resume(
  database: Database,
  destination: string,
  now: number,
  probeAt?: number,
): Promise<void> {
  return database.transaction(async (run) => {
    const resumed = await run(RESUME, [destination, probeAt ?? null]);
    if (resumed.length > 0) await run(END, [destination, now]);
  });
}
