import { toStorable } from '../../storable-text.ts';
import { TAG_SENT_PAGE_LOAD } from '../own-reasons.ts';
import type { Claim, ClaimRequest, Outcome, Settlement } from '../port.ts';
import { type Run, statement } from './database.ts';
import { recorded } from './history.ts';
import { tallied } from './tally.ts';

/**
 * Leases what is due, in one statement. Rows that somebody else is about to change are passed over, so that
 * claims never wait for each other.
 *
 * A report of the tag and the page load it belongs to may have been stored at the same moment, neither seeing the
 * other. Both are long there when the hold ends, so it is here that it cannot be missed.
 */
const CLAIM = statement(`
  -- A lease that is forgotten with the server's power lets its events be sent again, as a lost answer does.
  WITH unsynced AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
  paused AS MATERIALIZED (SELECT reason, probe_at FROM uet_capi.destination WHERE id = $1),
  due AS MATERIALIZED (
    SELECT seq, due_at, lease IS NOT NULL AS has_lapsed, attempts, expires_at, held, page_load_id, site
    FROM uet_capi.delivery WHERE destination = $1 AND due_at <= $2 AND NOT EXISTS (SELECT FROM paused)
    ORDER BY due_at, seq LIMIT $3 FOR UPDATE SKIP LOCKED),
  sent_by_tag AS (
    DELETE FROM uet_capi.delivery d
    USING due JOIN uet_capi.page_report p ON p.page_load_id = due.page_load_id AND p.site = due.site
    WHERE due.held AND d.seq = due.seq
    RETURNING d.seq, d.site, d.destination, d.attempts, d.expires_at),
  sent_by_tag_ended AS (
    INSERT INTO uet_capi.outcome (seq, destination, state, attempts, expires_at, code, at)
    SELECT seq, destination, 'skipped', attempts, expires_at, '${TAG_SENT_PAGE_LOAD}', $2 FROM sent_by_tag),
  ${tallied(`SELECT site, destination, 'skipped' AS state, 1 AS change FROM sent_by_tag`)},
  sized AS (
    SELECT due.*, c.wire, sum(octet_length(c.wire)) OVER so_far AS bytes, row_number() OVER so_far AS number
    FROM due JOIN uet_capi.content c USING (seq) WHERE seq NOT IN (SELECT seq FROM sent_by_tag)
    WINDOW so_far AS (ORDER BY due_at, seq)),
  given AS MATERIALIZED (SELECT * FROM sized WHERE number = 1 OR bytes <= $4),
  -- \`held\` ends here: what has been tried once may be at Microsoft, and a report comes too late.
  leased AS (
    UPDATE uet_capi.delivery d SET due_at = $5, lease = $6, held = false FROM given WHERE d.seq = given.seq),
  ${recorded(`
    SELECT seq, 'lapsed', $2::bigint, NULL::text, NULL::text, NULL::text, NULL::bigint FROM given WHERE has_lapsed`)},
  next AS (
    SELECT min(due_at) AS due_at FROM (
      SELECT due_at FROM uet_capi.delivery
      WHERE destination = $1 AND seq NOT IN (SELECT seq FROM given UNION ALL SELECT seq FROM sent_by_tag)
      ORDER BY due_at LIMIT 1) AS first)
  SELECT next.due_at AS "nextDueAt", paused.reason, paused.probe_at AS "probeAt",
         given.seq, given.wire, given.attempts, given.expires_at AS "expiresAt"
  FROM unsynced CROSS JOIN next LEFT JOIN paused ON true LEFT JOIN given ON true
  ORDER BY given.due_at, given.seq`);

interface ClaimRow {
  nextDueAt: number | null;
  reason: string | null;
  probeAt: number | null;
  seq: number | null;
  wire: string;
  attempts: number;
  expiresAt: number;
}

export async function claim(run: Run, request: ClaimRequest): Promise<Claim> {
  const { destination, now, maxEvents, maxBytes, leaseUntil, lease } = request;
  const rows = await run<ClaimRow>(CLAIM, [destination, now, maxEvents, maxBytes, leaseUntil, lease]);
  // One row at least tells of the queue.
  const { nextDueAt, reason, probeAt } = rows[0]!;
  return {
    events: rows.flatMap(({ seq, wire, attempts, expiresAt }) =>
      seq === null ? [] : [{ seq, wire, attempts, expiresAt }],
    ),
    nextDueAt: nextDueAt ?? undefined,
    paused: reason === null || probeAt === null ? undefined : { reason, probeAt },
  };
}

/**
 * The first outcome of an event counts. What expired was not tried this time; everything else was.
 *
 * From a plan made while nothing waited, `taken` walks along all that waits, also for others: beside 100,000 some 13 ms
 * instead of 1. The next look of autovacuum, within a minute, ends that plan. Whatever forbids it costs more: to plan each
 * time a tenth of every settlement, a range of numbers or joins in loops alone several times as much.
 */
const SETTLE = statement(`
  WITH given AS MATERIALIZED (
    SELECT DISTINCT ON (seq) e.*
    FROM ROWS FROM (json_to_recordset($1) AS (
      seq bigint, state text, code text, message text, warnings text, due_at bigint, counts_attempt boolean))
      WITH ORDINALITY AS e
    ORDER BY seq, ordinality),
  released AS (
    UPDATE uet_capi.delivery d SET
      lease = NULL, due_at = g.due_at, attempts = d.attempts + g.counts_attempt::integer, code = g.code, message = g.message
    FROM given g WHERE d.seq = g.seq AND d.lease = $2 AND g.state = 'retry'
    RETURNING g.*),
  ${recorded(`
    SELECT seq, CASE WHEN counts_attempt THEN 'retried' ELSE 'deferred' END, $3::bigint, NULL::text, code, message, due_at
    FROM released`)},
  taken AS (
    DELETE FROM uet_capi.delivery d USING given g
    WHERE d.seq = g.seq AND d.lease = $2 AND g.state <> 'retry'
    RETURNING d.seq, d.site, d.destination, g.state, d.attempts + (g.state <> 'expired')::integer AS attempts,
              d.expires_at, g.code, g.message, g.warnings),
  ended AS (
    INSERT INTO uet_capi.outcome (seq, destination, state, attempts, expires_at, code, message, warnings, at)
    SELECT seq, destination, state, attempts, expires_at, code, message, warnings, $3 FROM taken),
  ${tallied('SELECT site, destination, state, 1 AS change FROM taken')}
  SELECT`);

export async function settleLeased(run: Run, { lease, now, outcomes }: Settlement): Promise<void> {
  await run(SETTLE, [JSON.stringify(outcomes.map(toRow)), lease, now]);
}

/** Whatever Microsoft answers, and wherever its words were cut off. */
function toRow(outcome: Outcome): Record<string, unknown> {
  const { seq, state } = outcome;
  if (state === 'accepted') {
    const warnings = outcome.warnings.map(({ path, code, message }) => ({
      path: toStorable(path),
      code: toStorable(code),
      message: toStorable(message),
    }));
    return { seq, state, warnings: warnings.length > 0 ? JSON.stringify(warnings) : undefined };
  }
  const { code, message } = outcome;
  const ending = { seq, state, code: toStorable(code), message: toStorable(message) };
  return state === 'retry'
    ? { ...ending, due_at: outcome.dueAt, counts_attempt: outcome.countsAttempt }
    : ending;
}
