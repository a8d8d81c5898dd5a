import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as othersFirst } from 'node:timers/promises';
import type { StateCount, Stats } from '../../port.ts';
import { sumSteps, toStats } from '../../rows/stats.ts';
import type { TallyRow } from '../../rows/tally.ts';
import { WAITING_STATE } from '../sql.ts';

/** Waiting events that are counted before other questions have their turn: some 15 ms of them. */
const STEP_EVENTS = 20_000;

const STEP = `
  SELECT site, destination, ${WAITING_STATE} AS state, count(*) AS count, min(seq) AS first, max(seq) AS last
  FROM (SELECT * FROM delivery WHERE seq > ? ORDER BY seq LIMIT ${STEP_EVENTS}) d GROUP BY 1, 2, 3`;

type Counted = StateCount & { first: number; last: number };

/**
 * Both entries. What waits is counted row by row: the double entry is worth something only where neither side
 * is worked out from the other. A million take most of a second, so it is done in steps, on a connection of its
 * own that sees one moment all the while.
 *
 * @param isOver told before each step; where it is, the count is given up
 */
export async function takeCensus(db: DatabaseSync, isOver: () => boolean): Promise<Stats> {
  try {
    db.exec('BEGIN');
    const tally = db.prepare('SELECT site, destination, state, count FROM tally WHERE count > 0').all();
    return toStats(tally as unknown as TallyRow[], await countWaiting(db, isOver));
  } finally {
    db.close();
  }
}

async function countWaiting(db: DatabaseSync, isOver: () => boolean): Promise<StateCount[]> {
  const step = db.prepare(STEP);
  const receivedAt = db.prepare('SELECT received_at AS at FROM event WHERE seq = ?');
  const waiting = sumSteps();
  let after = 0;
  for (;;) {
    const rows = step.all(after) as unknown as Counted[];
    let met = 0;
    for (const { first, last, ...row } of rows) {
      waiting.add({ ...row, oldestAt: receivedAt.get(first)?.at as number });
      met += row.count;
      after = Math.max(after, last);
    }
    if (met < STEP_EVENTS) return waiting.sums();
    await othersFirst();
    if (isOver()) throw new Error('the store was closed while its events were counted');
  }
}
