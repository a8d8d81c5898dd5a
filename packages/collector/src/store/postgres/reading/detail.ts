import { idsOfCopies } from '../../held-back.ts';
import type { EventView } from '../../port.ts';
import type { DetailQuery, EventDetail, HistoryEntry, PauseEntry, RelatedEvent } from '../../reading.ts';
import { MAX_RELATED_EVENTS } from '../../reading.ts';
import { toView, type ViewRow } from '../../rows/view.ts';
import type { Row } from '../database.ts';
import type { Asking, Parameters } from './asking.ts';
import { ROWS_OF_EVENT, VIEW_OF_EVENT, WITH_WIRE } from './joined.ts';
import { summarise } from './summary.ts';

/** Before and after an event, among which others of its page load are looked for: some 5 ms of reading. */
const NEIGHBOURS = 2_000;

/** Everything about one event. Runs inside a snapshot. */
export async function detail(ask: Asking, { seq, sites }: DetailQuery): Promise<EventDetail | undefined> {
  const row = await ask.get<ViewRow>(`${VIEW_OF_EVENT} WHERE e.seq = :seq`, { seq });
  if (!row) return undefined;
  const event = toView(row);
  if (sites && !sites.includes(event.site)) return undefined;
  const more = await ask.get<{ expiresAt: number | null; pageLoadId: string | null; seenAt: number | null }>(
    MORE,
    { seq },
  );
  const pageLoadId = more?.pageLoadId ?? undefined;
  return {
    event,
    expiresAt: more?.expiresAt ?? undefined,
    pageLoadId,
    tagSentPageLoadAt: more?.seenAt ?? undefined,
    history: await historyOf(ask, seq),
    pauses: await pausesOf(ask, event),
    related: await relatedTo(ask, event, pageLoadId, sites),
  };
}

const MORE = `
  SELECT coalesce(o.expires_at, d.expires_at) AS "expiresAt", w.wire ->> 'pageLoadId' AS "pageLoadId",
         p.seen_at AS "seenAt"
  FROM ${ROWS_OF_EVENT} ${WITH_WIRE}
    LEFT JOIN uet_capi.page_report p ON p.page_load_id = w.wire ->> 'pageLoadId' AND p.site = e.site
  WHERE e.seq = :seq`;

async function historyOf(ask: Asking, seq: number): Promise<HistoryEntry[]> {
  const rows = await ask.all(
    `SELECT what, at, last_at AS "lastAt", count, state, code, message, due_at AS "dueAt"
     FROM uet_capi.history WHERE seq = :seq ORDER BY number`,
    { seq },
  );
  return rows.map(withoutNulls) as unknown as HistoryEntry[];
}

/** Pauses that overlap the time from arrival to the end. */
async function pausesOf(ask: Asking, { destination, receivedAt, endedAt }: EventView): Promise<PauseEntry[]> {
  const rows = await ask.all(
    `SELECT reason, since AS "from", until FROM uet_capi.pause
     WHERE destination = :destination AND (until IS NULL OR until > :receivedAt)
       AND (:endedAt::bigint IS NULL OR since < :endedAt)
     ORDER BY since`,
    { destination, receivedAt, endedAt },
  );
  return rows.map(withoutNulls) as unknown as PauseEntry[];
}

function withoutNulls(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value ?? undefined]));
}

/** Copies of the same event, of other names and tags too; and what came of the same page load. */
async function relatedTo(
  ask: Asking,
  event: EventView,
  pageLoadId: string | undefined,
  sites: readonly string[] | undefined,
): Promise<RelatedEvent[]> {
  const copies = await seqsOf(ask, BY_ID, event, { ids: idsOfCopies(event.eventId) });
  const ofPage = pageLoadId === undefined ? [] : await seqsOf(ask, BY_PAGE_LOAD, event, { pageLoadId });
  const related = [...new Set([...copies, ...ofPage])].sort((a, b) => b - a);
  return (await summarise(ask, related))
    .filter(({ site }) => sites === undefined || sites.includes(site))
    .slice(0, MAX_RELATED_EVENTS)
    .map((one) => ({ ...one, by: copies.includes(one.seq) ? 'id' : 'page-load' }));
}

const BY_ID = `
  WITH copy AS MATERIALIZED (SELECT seq FROM uet_capi.event WHERE event_id = ANY(:ids::text[]))
  SELECT seq FROM copy WHERE seq <> :seq ORDER BY seq DESC LIMIT :limit`;

/**
 * No index leads from a page load to its events: it would dirty one more random page with every event. They come
 * within minutes of each other, and are looked for among the neighbours. `strpos` spares reading most of them as JSON.
 */
const BY_PAGE_LOAD = `
  WITH neighbour AS MATERIALIZED (
    SELECT seq, wire FROM uet_capi.content
    WHERE seq BETWEEN :seq::bigint - ${NEIGHBOURS} AND :seq::bigint + ${NEIGHBOURS} AND seq <> :seq
      AND strpos(wire, :pageLoadId) > 0)
  SELECT c.seq FROM neighbour c ${WITH_WIRE} WHERE w.wire ->> 'pageLoadId' = :pageLoadId
  ORDER BY c.seq DESC LIMIT :limit`;

async function seqsOf(ask: Asking, text: string, { seq }: EventView, values: Parameters): Promise<number[]> {
  const rows = await ask.all<{ seq: number }>(text, { ...values, seq, limit: MAX_RELATED_EVENTS });
  return rows.map((row) => row.seq);
}
