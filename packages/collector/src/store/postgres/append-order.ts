import { type Run, statement } from './database.ts';

/**
 * Events get their numbers before their transactions commit, so one with a higher number may be seen earlier. Who
 * walks by number and must miss none has to know how far nothing is on its way: whoever stores events holds a lock
 * from before the first number is taken until it is seen, and the lock's name is the last number taken by then.
 * Nobody waits for these locks.
 */

/** Half of the locks' name, which belongs to nobody else: "uet" in ASCII. */
const LOCK_CLASS = 0x75_65_74;

/** The other half has so many values: positive 32-bit integers. */
const LOCK_NAMES = 2 ** 31;

const LAST_NUMBER = '(CASE WHEN is_called THEN last_value ELSE 0 END)';

/** Takes the lock until the end of the transaction. The first part of what stores events. */
export const ANNOUNCE_EVENTS = `
  SELECT pg_advisory_xact_lock_shared(${LOCK_CLASS}, (${LAST_NUMBER} % ${LOCK_NAMES})::integer)
  FROM uet_capi.event_seq_seq`;

const LAST = statement(`SELECT ${LAST_NUMBER} AS last FROM uet_capi.event_seq_seq`);

/**
 * How many numbers before this one the oldest of the locks was taken; null where there is none. Names go round: what
 * seems to be more than half of them ago was taken since.
 */
const ON_THE_WAY = statement(`
  SELECT max(ago) AS ago FROM (
    SELECT ($1::bigint - objid::bigint + ${LOCK_NAMES}) % ${LOCK_NAMES} AS ago FROM pg_locks
    WHERE locktype = 'advisory' AND classid = ${LOCK_CLASS} AND objsubid = 2
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) l
  WHERE ago < ${LOCK_NAMES / 2}`);

/**
 * The last number below which every event is seen by whoever begins to look now: not by a transaction that is under
 * way already. The number is asked for first, since what is announced later is above it.
 */
export async function settledNumber(run: Run): Promise<number> {
  const last = (await run<{ last: number }>(LAST))[0]!.last;
  const ago = (await run<{ ago: number | null }>(ON_THE_WAY, [last % LOCK_NAMES]))[0]?.ago ?? 0;
  return last - ago;
}
