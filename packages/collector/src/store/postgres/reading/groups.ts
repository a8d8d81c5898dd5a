import type { GroupedEvents, GroupRequest } from '../../day-table.ts';
import { DAY_STEP_EVENTS, type GroupRow, STAMPED_AHEAD_MS, toGroup } from '../../rows/days.ts';
import type { Asking } from './asking.ts';
import { WITH_FATE, WITH_WIRE } from './joined.ts';

/** ms. */
const HOUR_MS = 3_600_000;

const NEXT_EVENTS = `
  SELECT seq, received_at NOT BETWEEN :until::bigint + 1 AND :until::bigint + ${STAMPED_AHEAD_MS} AND seq <= :settled AS "isReady"
  FROM uet_capi.event WHERE seq > :after ORDER BY seq LIMIT ${DAY_STEP_EVENTS}`;

/** Without consent there is a throw-away visitor id, and nothing else that would name anybody. */
const GRANTED = `FILTER (WHERE w.wire ->> 'adStorageConsent' = 'G')`;

const VALUE = `w.wire #> '{customData,value}'`;

const has = (key: string) => `count(w.wire #>> '{userData,${key}}')`;

/** Nothing but CAPI events has an eventType. */
const GROUPS = `
  SELECT e.site, e.received_at / ${HOUR_MS} * ${HOUR_MS} AS hour, e.name,
         w.wire ->> 'eventType' = 'pageLoad' AS "isPageLoad", e.source,
         coalesce(w.wire #>> '{customData,currency}', '') AS currency,
         coalesce(o.destination, d.destination) AS destination,
         CASE WHEN o.state = 'skipped' THEN o.code END AS skipped,
         count(*) AS events,
         -- Not as floating point, whose sum fails where it is too large.
         coalesce(sum(CASE jsonb_typeof(${VALUE}) WHEN 'number' THEN (${VALUE})::numeric END), 0) AS value,
         count(w.wire #>> '{customData,value}') AS valued,
         ${has('msclkid')} AS msclkid, ${has('em')} AS em, ${has('ph')} AS ph, ${has('externalId')} AS "externalId",
         ${has('anonymousId')} ${GRANTED} AS "anonymousId", ${has('clientIpAddress')} AS "clientIpAddress",
         ${has('clientUserAgent')} ${GRANTED} AS "clientUserAgent", count(*) ${GRANTED} AS granted,
         count(p.site) AS "tagSeen",
         count(w.wire ->> 'pageLoadId') FILTER (WHERE p.site IS NULL AND e.received_at >= :reportsSince) AS "tagNotSeen"
  FROM uet_capi.event e JOIN uet_capi.content c ON c.seq = e.seq ${WITH_WIRE} ${WITH_FATE}
    LEFT JOIN uet_capi.page_report p ON p.page_load_id = w.wire ->> 'pageLoadId' AND p.site = e.site
  WHERE e.seq > :after AND e.seq <= :reached AND w.wire ->> 'eventType' IS NOT NULL
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`;

/**
 * Counts the next events. Runs inside a snapshot.
 *
 * @param settled what has a higher number may yet get neighbours, which would never be counted
 */
export async function groupEvents(
  ask: Asking,
  request: GroupRequest,
  settled: number,
): Promise<GroupedEvents> {
  const { after, until, reportsSince } = request;
  const next = await ask.all<{ seq: number; isReady: boolean }>(NEXT_EVENTS, { after, until, settled });
  const notYet = next.findIndex(({ isReady }) => !isReady);
  const taken = notYet < 0 ? next : next.slice(0, notYet);
  const reached = taken.at(-1)?.seq ?? after;
  const rows = await ask.all<GroupRow>(GROUPS, { after, reached, reportsSince });
  return { groups: rows.map(toGroup), reached, isEnd: taken.length < DAY_STEP_EVENTS };
}
