import { idsOfCopies } from '../../held-back.ts';
import type { EventView } from '../../port.ts';
import type { DetailQuery, EventDetail, HistoryEntry, PauseEntry, RelatedEvent } from '../../reading.ts';
import { MAX_RELATED_EVENTS } from '../../reading.ts';
import { VIEW_OF_EVENT } from '../sql.ts';
import { toView } from '../views.ts';
import type { Asking, Row } from './statements.ts';
import { summarise } from './summary.ts';

/** Everything about one event. Runs inside a transaction. */
export function detail(ask: Asking, { seq, sites }: DetailQuery): EventDetail | undefined {
  const row = ask.get(`${VIEW_OF_EVENT} WHERE e.seq = :seq`, { seq });
  if (!row) return undefined;
  const event = toView(row);
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
    related: relatedTo(ask, event, sites),
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

/** Copies of the same event, of other names and tags too; and, by their ids, the events of the same page load. */
function relatedTo(
  ask: Asking,
  { seq, eventId }: EventView,
  sites: readonly string[] | undefined,
): RelatedEvent[] {
  const rows = ask.all(
    `SELECT seq FROM event INDEXED BY event_key
     WHERE event_id IN (SELECT value FROM json_each(:ids)) AND seq <> :seq
       AND (:sites IS NULL OR site IN (SELECT value FROM json_each(:sites)))
     ORDER BY seq DESC LIMIT :limit`,
    {
      seq,
      ids: JSON.stringify(idsOfCopies(eventId)),
      sites: sites === undefined ? null : JSON.stringify(sites),
      limit: MAX_RELATED_EVENTS,
    },
  );
  const seqs = rows.map((row) => row.seq as number);
  return summarise(ask, seqs).map((event) => ({ ...event, by: 'id' }));
}
