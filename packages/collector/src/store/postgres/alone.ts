import type { Database, Run } from './database.ts';

/** Any number that nobody else uses. */
const LOCK = 7_130_201_455_832;

/**
 * A transaction beside which no other one of these runs, in any process: replay, erasure and pruning, which
 * decide by several tables at once what becomes of an event. Storing, claiming and settling wait for none of it.
 */
export function alone<T>(database: Database, work: (run: Run) => Promise<T>): Promise<T> {
  return database.transaction(async (run) => {
    await run({ text: `SELECT pg_advisory_xact_lock(${LOCK})` });
    return work(run);
  });
}
