import { MEMORY_TOUCH_INTERVAL_MS } from '../memory-times.ts';
import { CONSENT_WITHDRAWN, TAG_SENT_PAGE_LOAD } from '../own-reasons.ts';
import { idsByKind, splitKey } from '../person-ids.ts';
import type { AppendResult, Arrivals, NewEvent, NewMemory } from '../port.ts';
import { RECEIVED } from '../rows/tally.ts';
import { ANNOUNCE_EVENTS } from './append-order.ts';
import { type Run, statement } from './database.ts';
import { foldMemories } from './fold-memories.ts';
import { tallied } from './tally.ts';

/** Of a person, as `delivery` has them. */
const KINDS = ['visitor', 'customer', 'em', 'ph'] as const;

const ENDED = `
  INSERT INTO uet_capi.outcome (seq, destination, state, attempts, expires_at, code, at)
  SELECT seq, destination, 'skipped', attempts, expires_at, `;

/**
 * All of it as one statement. Its parts see the store as it was before: what a call says of its own events is
 * looked up in what was given.
 *
 * Events are numbered in the order of the call, and inserted in the order of their keys, so that two processes
 * that bring the same events never wait for each other.
 */
const APPEND = statement(`
  WITH announced AS MATERIALIZED (${ANNOUNCE_EVENTS}),
  given AS MATERIALIZED (
    SELECT nextval('uet_capi.event_seq_seq') AS seq, e.*
    FROM announced, ROWS FROM (json_to_recordset($1) AS (
      site text, tag_id text, name text, event_id text, source text, received_at bigint, expires_at bigint, wire text,
      notes text, visitor text, customer text, em text, ph text, page_load_id text, destination text, due_at bigint,
      held boolean, skipped text)) WITH ORDINALITY AS e
    ORDER BY ordinality),
  report AS MATERIALIZED (SELECT DISTINCT * FROM json_to_recordset($2) AS r (page_load_id text, site text)),
  withdrawal AS MATERIALIZED (
    SELECT DISTINCT * FROM json_to_recordset($3) AS w (kind text, id text, key text, site text)),
  stored AS (
    INSERT INTO uet_capi.event (seq, site, tag_id, name, event_id, source, received_at)
    SELECT seq, site, tag_id, name, event_id, source, received_at FROM given
    ORDER BY event_id, name, tag_id, seq
    ON CONFLICT (event_id, name, tag_id) DO NOTHING RETURNING seq),
  taken_in AS MATERIALIZED (
    SELECT g.*, 0 AS attempts,
           g.held AND (g.page_load_id, g.site) IN (SELECT page_load_id, site FROM report)
             OR g.held AND EXISTS (
               SELECT FROM uet_capi.page_report p WHERE p.page_load_id = g.page_load_id AND p.site = g.site
               -- One look each: planned while there were few reports, all of them would be read.
               OFFSET 0) AS reported,
           EXISTS (
             SELECT FROM withdrawal w WHERE w.site = g.site AND g.skipped IS NULL
               AND w.id = CASE w.kind ${KINDS.map((kind) => `WHEN '${kind}' THEN g.${kind}`).join(' ')} END) AS withdrawn
    FROM given g JOIN stored USING (seq)),
  routed AS MATERIALIZED (
    SELECT *, CASE WHEN skipped IS NOT NULL THEN skipped WHEN reported THEN '${TAG_SENT_PAGE_LOAD}'
              WHEN withdrawn THEN '${CONSENT_WITHDRAWN}' END AS reason
    FROM taken_in),
  contents AS (
    INSERT INTO uet_capi.content (seq, wire, notes, people)
    SELECT seq, wire, notes,
           nullif(array_remove(ARRAY[${KINDS.map((kind) => `'${kind}:' || ${kind}`).join(', ')}], NULL), '{}')
    FROM routed WHERE reported OR NOT withdrawn),
  waiting AS (
    INSERT INTO uet_capi.delivery
      (seq, destination, due_at, held, expires_at, site, page_load_id, visitor, customer, em, ph)
    SELECT seq, destination, due_at, held, expires_at, site, page_load_id, visitor, customer, em, ph
    FROM routed WHERE reason IS NULL),
  skipped AS (${ENDED} reason, $5::bigint FROM routed WHERE reason IS NOT NULL),

  reports AS (
    INSERT INTO uet_capi.page_report (page_load_id, site, seen_at)
    SELECT page_load_id, site, $5::bigint FROM report ORDER BY 1, 2
    ON CONFLICT (page_load_id, site) DO UPDATE SET seen_at = excluded.seen_at),
  sent_by_tag AS (
    DELETE FROM uet_capi.delivery d USING report r
    WHERE d.page_load_id = r.page_load_id AND d.site = r.site AND d.held
    RETURNING d.seq, d.site, d.destination, d.attempts, d.expires_at),
  sent_by_tag_ended AS (${ENDED} '${TAG_SENT_PAGE_LOAD}', $5::bigint FROM sent_by_tag),

  withdrawn AS (
    DELETE FROM uet_capi.delivery WHERE seq IN (
      ${KINDS.map((kind) => `SELECT d.seq FROM withdrawal w JOIN uet_capi.delivery d ON d.${kind} = w.id AND d.site = w.site WHERE w.kind = '${kind}'`).join(' UNION ')})
    RETURNING seq, site, destination, attempts, expires_at),
  withdrawn_ended AS (${ENDED} '${CONSENT_WITHDRAWN}', $5::bigint FROM withdrawn),
  withdrawn_content AS (DELETE FROM uet_capi.content WHERE seq IN (SELECT seq FROM withdrawn)),
  withdrawn_history AS (DELETE FROM uet_capi.history WHERE seq IN (SELECT seq FROM withdrawn)),
  denied AS (
    INSERT INTO uet_capi.memory (key, site, consent, updated_at)
    SELECT key, site, 'denied', $5::bigint FROM withdrawal ORDER BY 1, 2
    ON CONFLICT (key, site) DO UPDATE SET
      consent = 'denied', msclkid = NULL, clicked_at = NULL, updated_at = excluded.updated_at),

  -- What is known already is left alone: even a write that changes nothing would be one.
  remembered AS (
    INSERT INTO uet_capi.memory AS m (key, site, consent, msclkid, clicked_at, updated_at)
    SELECT n.key, n.site, n.consent, n.msclkid, n.clicked_at, $5::bigint
    FROM json_to_recordset($4) AS n (key text, site text, consent text, msclkid text, clicked_at bigint)
    LEFT JOIN uet_capi.memory k ON k.key = n.key AND k.site = n.site
    WHERE (n.key, n.site) NOT IN (SELECT key, site FROM withdrawal)
      AND (k.key IS NULL OR n.consent <> k.consent OR n.consent IS NOT NULL AND k.consent IS NULL
        OR n.msclkid IS DISTINCT FROM k.msclkid AND n.clicked_at > coalesce(k.clicked_at, -1)
        OR $5::bigint > k.updated_at + ${MEMORY_TOUCH_INTERVAL_MS})
    ORDER BY 1, 2
    ON CONFLICT (key, site) DO UPDATE SET
      consent = coalesce(excluded.consent, m.consent),
      clicked_at = CASE WHEN excluded.msclkid IS DISTINCT FROM m.msclkid AND excluded.clicked_at > coalesce(m.clicked_at, -1)
        THEN excluded.clicked_at ELSE m.clicked_at END,
      msclkid = CASE WHEN excluded.clicked_at > coalesce(m.clicked_at, -1) THEN excluded.msclkid ELSE m.msclkid END,
      updated_at = excluded.updated_at),

  ${tallied(`
    SELECT site, destination, '${RECEIVED}' AS state, 1 AS change FROM routed
    UNION ALL SELECT site, destination, 'skipped', 1 FROM routed WHERE reason IS NOT NULL
    UNION ALL SELECT site, destination, 'skipped', 1 FROM sent_by_tag
    UNION ALL SELECT site, destination, 'skipped', 1 FROM withdrawn`)}
  SELECT ordinality - 1 AS "index" FROM given WHERE seq NOT IN (SELECT seq FROM stored)`);

/** Arrivals as lists of the statement's rows, in JSON but for their brackets: so they can be put together. */
export interface PackedArrivals {
  now: number;
  /** How many events. */
  count: number;
  events: string;
  reports: string;
  withdrawals: string;
  memories: string;
}

export function packArrivals({ now, events, tagPageLoads, withdrawals, memories }: Arrivals): PackedArrivals {
  const keys = withdrawals.flatMap(({ site, keys }) => keys.map((key) => ({ site, key })));
  return {
    now,
    count: events.length,
    events: rowsOf(events.map(toEventRow)),
    reports: rowsOf(tagPageLoads.map(({ site, pageLoadId }) => ({ site, page_load_id: pageLoadId }))),
    withdrawals: rowsOf(
      keys.map(({ site, key }) => {
        const [kind, id] = splitKey(key);
        return { site, key, kind, id };
      }),
    ),
    memories: rowsOf(memories),
  };
}

/** Some of the events, and all of the rest. */
export function slicePacked(packed: PackedArrivals, from: number, to: number): PackedArrivals {
  const events = (JSON.parse(`[${packed.events}]`) as unknown[]).slice(from, to);
  return { ...packed, count: events.length, events: rowsOf(events) };
}

/** Stores arrivals, one after the other, under the latest of their times. */
export async function appendArrivals(run: Run, group: readonly PackedArrivals[]): Promise<AppendResult[]> {
  const now = Math.max(...group.map((one) => one.now));
  const count = group.reduce((sum, one) => sum + one.count, 0);
  const join = (what: 'events' | 'reports' | 'withdrawals' | 'memories') =>
    `[${group
      .map((one) => one[what])
      .filter(Boolean)
      .join()}]`;
  const memories = foldMemories(JSON.parse(join('memories')), now).map(toMemoryRow);
  const duplicates = await run<{ index: number }>(APPEND, [
    join('events'),
    join('reports'),
    join('withdrawals'),
    JSON.stringify(memories),
    now,
  ]);
  const results: AppendResult[] = new Array(count).fill('stored');
  for (const { index } of duplicates) results[index] = 'duplicate';
  return results;
}

function rowsOf(rows: readonly unknown[]): string {
  return JSON.stringify(rows).slice(1, -1);
}

function toEventRow(event: NewEvent): Record<string, unknown> {
  const { route } = event;
  return {
    site: event.site,
    tag_id: event.tagId,
    name: event.name,
    event_id: event.eventId,
    source: event.source,
    received_at: event.receivedAt,
    expires_at: event.expiresAt,
    wire: event.wire,
    notes: event.notes.length > 0 ? JSON.stringify(event.notes) : undefined,
    ...idsByKind(event.keys),
    page_load_id: event.pageLoadId,
    ...('skipped' in route
      ? { destination: '', skipped: route.skipped }
      : { destination: route.destination, due_at: route.dueAt, held: route.held }),
  };
}

function toMemoryRow({ site, key, consent, msclkid, clickedAt }: NewMemory): Record<string, unknown> {
  return { site, key, consent, msclkid, clicked_at: clickedAt };
}
