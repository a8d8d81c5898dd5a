import { ERASED } from '../own-reasons.ts';
import type { People, SubjectRecord } from '../port.ts';
import { toView, type ViewRow } from '../rows/view.ts';
import type { Step } from '../walk.ts';
import { alone } from './alone.ts';
import { type Database, type Row, type Run, statement } from './database.ts';
import { VIEW_OF_EVENT } from './reading/joined.ts';
import { tallied } from './tally.ts';

/** Of one step of a walk through all content. */
const STEP_ROWS = 5_000;

const FIND = statement(`
  WITH step AS MATERIALIZED (
    SELECT seq, people FROM uet_capi.content WHERE seq > $1 ORDER BY seq LIMIT ${STEP_ROWS})
  SELECT (SELECT max(seq) FROM step HAVING count(*) = ${STEP_ROWS}) AS next,
         (SELECT coalesce(json_agg(s.seq ORDER BY s.seq), '[]') FROM step s JOIN uet_capi.event e USING (seq)
          WHERE s.people && $2::text[] AND ($3::text IS NULL OR e.site = $3)) AS seqs`);

const VIEWS = statement(`${VIEW_OF_EVENT} WHERE e.seq = ANY($1::bigint[]) ORDER BY e.seq`);

const ERASE = statement(`
  WITH taken AS (
    DELETE FROM uet_capi.delivery WHERE seq = ANY($1::bigint[])
    RETURNING seq, site, destination, attempts, expires_at),
  ended AS (
    INSERT INTO uet_capi.outcome (seq, destination, state, attempts, expires_at, code, at)
    SELECT seq, destination, 'skipped', attempts, expires_at, '${ERASED}', $2::bigint FROM taken),
  ${tallied(`SELECT site, destination, 'skipped' AS state, 1 AS change FROM taken`)},
  content AS (DELETE FROM uet_capi.content WHERE seq = ANY($1::bigint[]) RETURNING seq),
  history AS (DELETE FROM uet_capi.history WHERE seq = ANY($1::bigint[]))
  SELECT (SELECT count(*) FROM content) AS events, (SELECT count(*) FROM taken) AS waiting`);

/**
 * Microsoft's words may quote the event. After the other, so that it sees what a settlement under way at the
 * same moment has written.
 */
const HUSH = statement(
  'UPDATE uet_capi.outcome SET message = NULL, warnings = NULL WHERE seq = ANY($1::bigint[])',
);

const OF_PEOPLE = 'key = ANY($1::text[]) AND ($2::text IS NULL OR site = $2)';

const FORGET = statement(`
  DELETE FROM uet_capi.memory WHERE ${OF_PEOPLE} AND consent IS DISTINCT FROM 'denied' RETURNING key`);

const FORGET_DENIED = statement(`
  UPDATE uet_capi.memory SET msclkid = NULL, clicked_at = NULL WHERE ${OF_PEOPLE} AND consent = 'denied'`);

const MEMORIES = statement(`
  SELECT site, key, consent, msclkid, clicked_at AS "clickedAt" FROM uet_capi.memory WHERE ${OF_PEOPLE}`);

/** One step of an erasure: removes the content of people's events, and what of them waits. */
export function eraseEvents(
  database: Database,
  people: People,
  after: number,
  now: number,
): Promise<Step<{ events: number; waiting: number }>> {
  return alone(database, async (run) => {
    const { seqs, next } = await findOf(run, people, after);
    return { found: await erase(run, seqs, now), next };
  });
}

/** Removes the content of one event, and the event from what waits. False where there was none. */
export async function eraseEvent(database: Database, seq: number, now: number): Promise<boolean> {
  const { events } = await alone(database, (run) => erase(run, [seq], now));
  return events > 0;
}

async function erase(
  run: Run,
  seqs: readonly number[],
  now: number,
): Promise<{ events: number; waiting: number }> {
  if (seqs.length === 0) return { events: 0, waiting: 0 };
  const [erased] = await run<{ events: number; waiting: number }>(ERASE, [seqs, now]);
  await run(HUSH, [seqs]);
  return erased!;
}

/** Forgets people. Of somebody who refused, the refusal is all that stays. */
export async function forgetPeople(run: Run, { keys, site }: People): Promise<number> {
  const forgotten = await run(FORGET, [keys, site ?? null]);
  await run(FORGET_DENIED, [keys, site ?? null]);
  return forgotten.length;
}

/** One step through people's events. */
export async function eventsOf(run: Run, people: People, after: number): Promise<Step<SubjectRecord[]>> {
  const { seqs, next } = await findOf(run, people, after);
  const rows = seqs.length === 0 ? [] : await run<ViewRow>(VIEWS, [seqs]);
  return { found: rows.map((row) => ({ kind: 'event', ...toView(row) })), next };
}

export async function memoriesOf(run: Run, { keys, site }: People): Promise<SubjectRecord[]> {
  const rows = await run(MEMORIES, [keys, site ?? null]);
  return rows.map((row) => ({ kind: 'memory', ...withoutNulls(row) }) as unknown as SubjectRecord);
}

async function findOf(
  run: Run,
  { keys, site }: People,
  after: number,
): Promise<{ seqs: number[]; next: number | undefined }> {
  const [found] = await run<{ seqs: number[]; next: number | null }>(FIND, [after, keys, site ?? null]);
  return { seqs: found!.seqs, next: found!.next ?? undefined };
}

export function withoutNulls(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
