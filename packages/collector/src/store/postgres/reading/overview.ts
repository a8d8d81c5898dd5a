import { ON_PURPOSE } from '../../own-reasons.ts';
import type {
  AccountOverview,
  DestinationOverview,
  Overview,
  OverviewQuery,
  ReasonCount,
  WarningCount,
} from '../../reading.ts';
import { LATENCY_EVENTS, type Latency, OVERVIEW_EVENTS } from '../../reading.ts';
import { LATENCY_LOOKED_AT, type LatencyRow, toLatency } from '../../rows/latency.ts';
import { destinationsOf, type PausedRow, toAccounts, toPaused } from '../../rows/overview.ts';
import type { TallyRow } from '../../rows/tally.ts';
import type { Asking } from './asking.ts';
import { WITH_WIRE } from './joined.ts';

/**
 * The oldest that waits is looked for among so many of all, and where none of them is for the destination among so many
 * of its own, those due soonest. Exact while few wait, and close to it when very many do: they have been tried again and
 * again, in no order of age. To be sure one would read them all, for every look at the page.
 */
const LOOKED_AT = 1_000;

const IN_SITES = '(:sites::text[] IS NULL OR site = ANY(:sites))';

/** Runs inside a snapshot. */
export async function overview(ask: Asking, query: OverviewQuery): Promise<Overview> {
  const accounts = await accountsOf(ask, query);
  return {
    accounts,
    destinations: await describeDestinations(ask, destinationsOf(accounts)),
    reasons: await ask.all<ReasonCount>(REASONS, { sites: query.sites }),
    warnings: await ask.all<WarningCount>(WARNINGS, { sites: query.sites }),
    latency: await latencyOf(ask, query),
  };
}

async function accountsOf(ask: Asking, { sites }: OverviewQuery): Promise<AccountOverview[]> {
  const rows = await ask.all<TallyRow>(
    `SELECT site, destination, state, sum(count) AS count FROM uet_capi.tally WHERE ${IN_SITES}
     GROUP BY 1, 2, 3 HAVING sum(count) > 0`,
    { sites },
  );
  return toAccounts(rows);
}

/** @param matching which of those that wait, in SQL */
const oldestAt = (matching: string) => `
  (SELECT received_at FROM uet_capi.event WHERE seq = coalesce(
     (SELECT min(seq) FROM oldest WHERE destination = t.id AND ${matching}),
     (SELECT min(seq) FROM (
        SELECT seq, code FROM uet_capi.delivery WHERE destination = t.id ORDER BY due_at LIMIT ${LOOKED_AT}) d
      WHERE ${matching})))`;

const DESTINATIONS = `
  WITH oldest AS MATERIALIZED (SELECT seq, destination, code FROM uet_capi.delivery ORDER BY seq LIMIT ${LOOKED_AT})
  SELECT t.id AS destination, ${oldestAt('true')} AS "oldestAt",
         ${oldestAt("coalesce(code, '') <> ALL(:onPurpose::text[])")} AS "stuckAt",
         p.reason, p.probe_at AS "probeAt",
         (SELECT max(since) FROM uet_capi.pause WHERE destination = t.id AND until IS NULL) AS since
  FROM unnest(:destinations::text[]) WITH ORDINALITY AS t (id, place) LEFT JOIN uet_capi.destination p ON p.id = t.id
  ORDER BY t.place`;

async function describeDestinations(
  ask: Asking,
  destinations: readonly string[],
): Promise<DestinationOverview[]> {
  type Described = Record<'oldestAt' | 'stuckAt', number | null> & { destination: string } & (
      | PausedRow
      | { reason: null }
    );
  const rows = await ask.all<Described>(DESTINATIONS, { destinations, onPurpose: ON_PURPOSE });
  return rows.map(({ destination, oldestAt, stuckAt, ...row }) => ({
    destination,
    oldestAt: oldestAt ?? undefined,
    stuckAt: stuckAt ?? undefined,
    paused: row.reason === null ? undefined : toPaused(row),
  }));
}

/** The time of the newest of a group. */
const AT = '(array_agg(o.at ORDER BY o.seq DESC))[1] AS at';

const REASONS = `
  WITH ended AS MATERIALIZED (
    SELECT o.* FROM unnest(ARRAY['rejected', 'expired', 'dead', 'skipped']) AS wanted CROSS JOIN LATERAL (
      SELECT * FROM uet_capi.outcome WHERE state = wanted ORDER BY seq DESC LIMIT ${OVERVIEW_EVENTS}) o)
  SELECT site, o.destination, o.state, coalesce(o.code, '') AS code, count(*) AS count, max(o.seq) AS seq, ${AT}
  FROM ended o JOIN uet_capi.event e ON e.seq = o.seq WHERE ${IN_SITES} GROUP BY 1, 2, 3, 4 ORDER BY count DESC`;

const WARNINGS = `
  WITH warned AS MATERIALIZED (
    SELECT seq, destination, warnings, at FROM uet_capi.outcome WHERE warnings IS NOT NULL
    ORDER BY seq DESC LIMIT ${OVERVIEW_EVENTS})
  SELECT site, o.destination, w.code, w.path, count(*) AS count, max(o.seq) AS seq, ${AT}
  FROM warned o JOIN uet_capi.event e ON e.seq = o.seq
    CROSS JOIN LATERAL json_to_recordset(o.warnings::json) AS w (code text, path text)
  WHERE ${IN_SITES} GROUP BY 1, 2, 3, 4 ORDER BY count DESC`;

const LATENCY = `
  WITH accepted AS MATERIALIZED (
    SELECT seq, at FROM uet_capi.outcome WHERE state = 'accepted' ORDER BY seq DESC LIMIT ${LATENCY_LOOKED_AT})
  SELECT o.at - e.received_at AS "sinceReceipt",
         CASE jsonb_typeof(w.wire -> 'eventTime')
           WHEN 'number' THEN o.at - 1000 * (w.wire -> 'eventTime')::float8 END AS "sinceEvent"
  FROM accepted o JOIN uet_capi.event e ON e.seq = o.seq
    LEFT JOIN uet_capi.content c ON c.seq = o.seq ${WITH_WIRE}
  WHERE e.source = 'pixel' AND ${IN_SITES} ORDER BY o.seq DESC LIMIT ${LATENCY_EVENTS}`;

async function latencyOf(ask: Asking, { sites }: OverviewQuery): Promise<Latency> {
  return toLatency(await ask.all<LatencyRow>(LATENCY, { sites }));
}
