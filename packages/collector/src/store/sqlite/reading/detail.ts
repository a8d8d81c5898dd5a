import { idsOfCopies } from '../../held-back.ts';
import type { EventView } from '../../port.ts';
import type { DetailQuery, EventDetail, HistoryEntry, PauseEntry, RelatedEvent } from '../../reading.ts';
import { MAX_RELATED_EVENTS } from '../../reading.ts';
import { toView, type ViewRow } from '../../rows/view.ts';
import { VIEW_OF_EVENT } from '../sql.ts';
import type { Asking, Parameters, Row } from './statements.ts';
import { summarise } from './summary.ts';

/** Before and after an event, among which others of its page load are looked for: some 5 ms of reading. */
const NEIGHBOURS = 2_000;

/** Everything about one event. Runs inside a transaction. */
export function detail(ask: Asking, { seq, sites }: DetailQuery): EventDetail | undefined {
  const row = ask.get(`${VIEW_OF_EVENT} WHERE e.seq = :seq`, { seq });
  if (!row) return undefined;
  const event = toView(row as unknown as ViewRow);
  if (sites && !sites.includes(event.site)) return undefined;
  const more = ask.get(
    `SELECT coalesce(o.expires_at, d.expires_at) AS expiresAt, c.wire ->> '$.pageLoadId' AS pageLoadId
     FROM event e LEFT JOIN content c USING (seq) LEFT JOIN delivery d USING (seq) LEFT JOIN outcome o USING (seq)
     WHERE e.seq = :seq`,
    { seq },
  );
  const pageLoadId = (more?.pageLoadId as string | null | undefined) ?? undefined;
  const report =
    pageLoadId === undefined
      ? undefined
      : ask.get('SELECT seen_at AS at FROM page_report WHERE page_load_id = :pageLoadId AND site = :site', {
          pageLoadId,
          site: event.site,
        });
  return {
    event,
    expiresAt: (more?.expiresAt as number | null | undefined) ?? undefined,
    pageLoadId,
    tagSentPageLoadAt: report?.at as number | undefined,
    history: historyOf(ask, seq),
    pauses: pausesOf(ask, event),
    related: relatedTo(ask, event, pageLoadId, sites),
  };
}

function historyOf(ask: Asking, seq: number): HistoryEntry[] {
  const rows = ask.all(
    `SELECT what, at, last_at AS lastAt, count, state, code, message, due_at AS dueAt
     FROM history WHERE seq = :seq ORDER BY number`,
    { seq },
  );
  return rows.map(withoutNulls) as unknown as HistoryEntry[];
}

/** Pauses that overlap the time from arrival to the end. */
function pausesOf(ask: Asking, { destination, receivedAt, endedAt }: EventView): PauseEntry[] {
  const rows = ask.all(
    `SELECT reason, since AS "from", until FROM pause
     WHERE destination = :destination AND (until IS NULL OR until > :receivedAt)
       AND (:endedAt IS NULL OR since < :endedAt)
     ORDER BY since`,
    { destination, receivedAt, endedAt: endedAt ?? null },
  );
  return rows.map(withoutNulls) as unknown as PauseEntry[];
}

function withoutNulls(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value ?? undefined]));
}

/** Copies of the same event, of other names and tags too; and what came of the same page load. */
function relatedTo(
  ask: Asking,
  event: EventView,
  pageLoadId: string | undefined,
  sites: readonly string[] | undefined,
): RelatedEvent[] {
  const copies = seqsOf(ask, BY_ID, event, { ids: JSON.stringify(idsOfCopies(event.eventId)) });
  const ofPage = pageLoadId === undefined ? [] : seqsOf(ask, BY_PAGE_LOAD, event, { pageLoadId });
  const related = [...new Set([...copies, ...ofPage])].sort((a, b) => b - a);
  return summarise(ask, related)
    .filter(({ site }) => sites === undefined || sites.includes(site))
    .slice(0, MAX_RELATED_EVENTS)
    .map((one) => ({ ...one, by: copies.includes(one.seq) ? 'id' : 'page-load' }));
}

const BY_ID = `
  SELECT seq FROM event INDEXED BY event_key
  WHERE event_id IN (SELECT value FROM json_each(:ids)) AND seq <> :seq ORDER BY seq DESC LIMIT :limit`;

/**
 * No index leads from a page load to its events: it would dirty one more random page with every event. They come
 * within minutes of each other, and are looked for among the neighbours. `instr` spares reading most of them as JSON.
 */
const BY_PAGE_LOAD = `
  SELECT seq FROM content
  WHERE seq BETWEEN :seq - ${NEIGHBOURS} AND :seq + ${NEIGHBOURS} AND seq <> :seq
    AND instr(wire, :pageLoadId) > 0 AND wire ->> '$.pageLoadId' = :pageLoadId
  ORDER BY seq DESC LIMIT :limit`;

function seqsOf(ask: Asking, text: string, { seq }: EventView, values: Parameters): number[] {
  return ask.all(text, { ...values, seq, limit: MAX_RELATED_EVENTS }).map((row) => row.seq as number);
}
