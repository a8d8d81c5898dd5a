import { REPLAYED } from '../own-reasons.ts';
import type { Replayed } from '../port.ts';
import { type EndedRow, fateOf, type ReplayStep, replayMessage } from '../rows/ended.ts';
import type { Step } from '../walk.ts';
import { alone } from './alone.ts';
import { type Database, statement } from './database.ts';
import { recorded } from './history.ts';
import { tallied } from './tally.ts';

/** Of one step: few enough that what waits for their rows does not notice. */
const STEP_ROWS = 1_000;

const ENDED_AS = statement(`
  SELECT o.seq, e.site, e.name, e.event_id AS "eventId", e.received_at AS "receivedAt", o.destination, o.state, o.code,
         o.message, o.expires_at AS "expiresAt", c.seq IS NULL AS "isGone"
  FROM uet_capi.outcome o JOIN uet_capi.event e USING (seq) LEFT JOIN uet_capi.content c USING (seq)
  WHERE o.state = $1 AND o.seq > $2 ORDER BY o.seq LIMIT ${STEP_ROWS}`);

const RECORD_ENDINGS = statement(`
  WITH ${recorded(`
    SELECT seq, 'ended', at, state, code, message, NULL::bigint FROM uet_capi.outcome WHERE seq = ANY($1::bigint[])`)}
  SELECT`);

const RECORD_REPLAYS = statement(`
  WITH ${recorded(`
    SELECT seq, 'replayed', $2::bigint, NULL::text, NULL::text, NULL::text, NULL::bigint
    FROM unnest($1::bigint[]) AS given (seq)`)}
  SELECT`);

const idOf = (kind: string) =>
  `(SELECT substr(key, ${kind.length + 2}) FROM unnest(c.people) AS p (key) WHERE starts_with(key, '${kind}:'))`;

const REOPEN = statement(`
  WITH given AS (SELECT * FROM unnest($1::bigint[], $3::text[]) AS g (seq, message)),
  removed AS (
    DELETE FROM uet_capi.outcome o USING given g WHERE o.seq = g.seq
    RETURNING o.seq, o.destination, o.state, o.expires_at, g.message),
  reopened AS (
    INSERT INTO uet_capi.delivery
      (seq, destination, due_at, held, expires_at, site, visitor, customer, em, ph, code, message)
    SELECT r.seq, r.destination, $2::bigint, false, r.expires_at, e.site,
           ${['visitor', 'customer', 'em', 'ph'].map(idOf).join(', ')}, '${REPLAYED}', r.message
    FROM removed r JOIN uet_capi.event e USING (seq) JOIN uet_capi.content c USING (seq)),
  ${tallied('SELECT e.site, r.destination, r.state, -1 AS change FROM removed r JOIN uet_capi.event e USING (seq)')}
  SELECT`);

/** One step through the events of one state: what matches waits again, as if it had just come. */
export function replayEnded(
  database: Database,
  { state, filter, now, dryRun, after }: ReplayStep,
): Promise<Step<Replayed>> {
  return alone(database, async (run) => {
    const rows = await run<EndedRow>(ENDED_AS, [state, after]);
    const found = { replayed: 0, tooOld: 0, erased: 0 };
    const chosen: EndedRow[] = [];
    for (const row of rows) {
      const fate = fateOf(row, filter, now);
      if (fate) found[fate] += 1;
      if (fate === 'replayed') chosen.push(row);
    }
    if (!dryRun && chosen.length > 0) {
      const seqs = chosen.map(({ seq }) => seq);
      await run(RECORD_ENDINGS, [seqs]);
      await run(RECORD_REPLAYS, [seqs, now]);
      await run(REOPEN, [seqs, now, chosen.map(replayMessage)]);
    }
    const isDone = filter.seq !== undefined || rows.length < STEP_ROWS;
    return { found, next: isDone ? undefined : rows.at(-1)?.seq };
  });
}
