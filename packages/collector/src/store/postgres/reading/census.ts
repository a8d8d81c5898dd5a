import type { StateCount, Stats } from '../../port.ts';
import { sumSteps, toStats } from '../../rows/stats.ts';
import type { TallyRow } from '../../rows/tally.ts';
import type { Asking } from './asking.ts';
import { WAITING_STATE } from './joined.ts';

/** Waiting events that are counted as one question: some 20 ms of them, far from what ends a statement. */
const STEP_EVENTS = 20_000;

const STEP = `
  SELECT w.*, e.received_at AS "oldestAt" FROM (
    SELECT site, destination, ${WAITING_STATE} AS state, count(*) AS count, min(seq) AS first, max(seq) AS last
    FROM (SELECT * FROM uet_capi.delivery WHERE seq > :after ORDER BY seq LIMIT ${STEP_EVENTS}) d GROUP BY 1, 2, 3) w
  JOIN uet_capi.event e ON e.seq = w.first`;

const TALLY = `
  SELECT site, destination, state, sum(count) AS count FROM uet_capi.tally GROUP BY 1, 2, 3 HAVING sum(count) > 0`;

/**
 * Both entries. What waits is counted row by row: the double entry is worth something only where neither side is
 * worked out from the other. Runs inside a snapshot, so that all steps see one moment.
 */
export async function takeCensus(ask: Asking): Promise<Stats> {
  const tally = await ask.all<TallyRow>(TALLY);
  const waiting = sumSteps();
  let after = 0;
  for (;;) {
    const rows = await ask.all<Required<StateCount> & { first: number; last: number }>(STEP, { after });
    let met = 0;
    for (const { first: _, last, ...row } of rows) {
      waiting.add(row);
      met += row.count;
      after = Math.max(after, last);
    }
    if (met < STEP_EVENTS) return toStats(tally, waiting.sums());
  }
}
