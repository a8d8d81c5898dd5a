import { PAGE_REPORT_MEMORY_MS } from '../memory-times.ts';
import { EXPIRED } from '../own-reasons.ts';
import type { PruneLimits } from '../port.ts';
import { isWalkOver } from '../rows/prune.ts';
import type { Step } from '../walk.ts';
import { alone } from './alone.ts';
import { type Database, type Run, statement } from './database.ts';
import { tallied } from './tally.ts';

/** Of one step of a walk from the oldest row. */
const STEP_ROWS = 5_000;

const IS_FREE = '(d.lease IS NULL OR d.due_at <= $2)';

const WAITING = statement(`
  WITH step AS MATERIALIZED (
    SELECT d.seq, e.received_at, d.expires_at <= $2 AND ${IS_FREE} AS is_over
    FROM uet_capi.delivery d JOIN uet_capi.event e USING (seq) WHERE d.seq > $1 ORDER BY d.seq LIMIT ${STEP_ROWS}),
  -- Asked again of the row as it is when it is taken: somebody may just have claimed it.
  taken AS (
    DELETE FROM uet_capi.delivery d USING step s WHERE s.is_over AND d.seq = s.seq AND ${IS_FREE}
    RETURNING d.seq, d.site, d.destination, d.attempts, d.expires_at),
  ended AS (
    INSERT INTO uet_capi.outcome (seq, destination, state, attempts, expires_at, code, message, at)
    SELECT seq, destination, 'expired', attempts, expires_at, '${EXPIRED.code}', '${EXPIRED.message}', $2 FROM taken),
  ${tallied(`SELECT site, destination, 'expired' AS state, 1 AS change FROM taken`)}
  SELECT seq, received_at AS "receivedAt", (SELECT count(*) FROM step) AS rows FROM step ORDER BY seq DESC LIMIT 1`);

const CONTENT = statement(`
  WITH step AS MATERIALIZED (
    SELECT c.seq, e.received_at, d.seq IS NULL AND e.received_at < ($2::json ->> o.state)::bigint AS is_old
    FROM uet_capi.content c JOIN uet_capi.event e USING (seq)
    LEFT JOIN uet_capi.delivery d USING (seq) LEFT JOIN uet_capi.outcome o USING (seq)
    WHERE c.seq > $1 ORDER BY c.seq LIMIT ${STEP_ROWS}),
  history AS (DELETE FROM uet_capi.history WHERE seq IN (SELECT seq FROM step WHERE is_old)),
  content AS (DELETE FROM uet_capi.content WHERE seq IN (SELECT seq FROM step WHERE is_old))
  SELECT seq, received_at AS "receivedAt", (SELECT count(*) FROM step) AS rows FROM step ORDER BY seq DESC LIMIT 1`);

const EVENTS = statement(`
  WITH step AS MATERIALIZED (
    SELECT e.seq, e.received_at, d.seq IS NULL AND e.received_at < $2 AS is_old
    FROM uet_capi.event e LEFT JOIN uet_capi.delivery d USING (seq)
    WHERE e.seq > $1 ORDER BY e.seq LIMIT ${STEP_ROWS}),
  history AS (DELETE FROM uet_capi.history WHERE seq IN (SELECT seq FROM step WHERE is_old)),
  content AS (DELETE FROM uet_capi.content WHERE seq IN (SELECT seq FROM step WHERE is_old)),
  outcome AS (DELETE FROM uet_capi.outcome WHERE seq IN (SELECT seq FROM step WHERE is_old)),
  event AS (DELETE FROM uet_capi.event WHERE seq IN (SELECT seq FROM step WHERE is_old))
  SELECT seq, received_at AS "receivedAt", (SELECT count(*) FROM step) AS rows FROM step ORDER BY seq DESC LIMIT 1`);

// A denial is kept: forgetting it would let the default for servers, which may be granted, apply again.
const MEMORIES = statement(`
  DELETE FROM uet_capi.memory WHERE (key, site) IN (
    SELECT key, site FROM uet_capi.memory WHERE updated_at < $1 AND consent IS DISTINCT FROM 'denied' LIMIT ${STEP_ROWS})
  RETURNING 1`);

const PAGE_REPORTS = statement(`
  DELETE FROM uet_capi.page_report WHERE (page_load_id, site) IN (
    SELECT page_load_id, site FROM uet_capi.page_report WHERE seen_at < $1 LIMIT ${STEP_ROWS})
  RETURNING 1`);

const DAYS = statement('DELETE FROM uet_capi.day WHERE day < $1');

/** The last row of a step, and how many there were. */
interface Looked {
  seq: number;
  receivedAt: number;
  rows: number;
}

/** One step through what waits: what its destination would refuse by now has expired. */
export async function expireWaiting(
  database: Database,
  { waitingBefore, now }: PruneLimits,
  after: number,
): Promise<Step<void>> {
  const [last] = await alone(database, (run) => run<Looked>(WAITING, [after, now]));
  return stepTo(last, waitingBefore, now);
}

/**
 * One step: removes content that is past its limit (ms, by the state of its event), leaving what still waits.
 */
export async function pruneContent(
  database: Database,
  { contentBefore, now }: PruneLimits,
  after: number,
): Promise<Step<void>> {
  const [last] = await alone(database, (run) => run<Looked>(CONTENT, [after, JSON.stringify(contentBefore)]));
  return stepTo(last, Math.max(...Object.values(contentBefore)), now);
}

/** The same for whole events, keys included. */
export async function pruneEvents(
  database: Database,
  { keysBefore, now }: PruneLimits,
  after: number,
): Promise<Step<void>> {
  const [last] = await alone(database, (run) => run<Looked>(EVENTS, [after, keysBefore]));
  return stepTo(last, keysBefore, now);
}

/** Forgets some people and page loads; true while there may be more. */
export async function pruneMemories(run: Run, { keysBefore, now }: PruneLimits): Promise<boolean> {
  const people = await run(MEMORIES, [keysBefore]);
  const pageLoads = await run(PAGE_REPORTS, [now - PAGE_REPORT_MEMORY_MS]);
  return people.length === STEP_ROWS || pageLoads.length === STEP_ROWS;
}

export async function pruneDays(run: Run, before: string): Promise<void> {
  await run(DAYS, [before]);
}

function stepTo(last: Looked | undefined, before: number, now: number): Step<void> {
  const isEnd = !last || last.rows < STEP_ROWS || isWalkOver(last.receivedAt, before, now);
  return { found: undefined, next: isEnd ? undefined : last.seq };
}
