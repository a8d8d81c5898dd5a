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
import type { Asking } from './statements.ts';

/**
 * The oldest that waits is looked for among so many of all, and where none of them is for the destination among so many
 * of its own, those due soonest. Exact while few wait, and close to it when very many do: they have been tried again and
 * again, in no order of age. To be sure one would read them all, for every look at the page.
 */
const LOOKED_AT = 1_000;

const UNACCEPTED = ['rejected', 'expired', 'dead', 'skipped'] as const;

/** Runs inside a transaction. */
export function overview(ask: Asking, { sites }: OverviewQuery): Overview {
  const ofSites = { sites: sites === undefined ? null : JSON.stringify(sites) };
  const accounts = accountsOf(ask, ofSites);
  return {
    accounts,
    destinations: destinationsOf(accounts).map((destination) => describeDestination(ask, destination)),
    reasons: UNACCEPTED.flatMap((state) => reasonsOf(ask, state, ofSites)).sort(byCount),
    warnings: warningsOf(ask, ofSites).sort(byCount),
    latency: latencyOf(ask, ofSites),
  };
}

interface OfSites {
  /** JSON list; null: every site. */
  sites: string | null;
  [name: string]: string | null;
}

const IN_SITES = '(:sites IS NULL OR site IN (SELECT value FROM json_each(:sites)))';

function accountsOf(ask: Asking, ofSites: OfSites): AccountOverview[] {
  const rows = ask.all(
    `SELECT site, destination, state, count FROM tally WHERE count > 0 AND ${IN_SITES}`,
    ofSites,
  );
  return toAccounts(rows as unknown as TallyRow[]);
}

/** But for those of some codes. */
const OLDEST = `
  SELECT received_at AS at FROM event WHERE seq = coalesce(
    (SELECT min(seq) FROM (SELECT seq, destination, code FROM delivery ORDER BY seq LIMIT ${LOOKED_AT})
     WHERE destination = :destination AND coalesce(code, '') NOT IN (SELECT value FROM json_each(:but))),
    (SELECT min(seq) FROM (
       SELECT seq, code FROM delivery WHERE destination = :destination ORDER BY due_at LIMIT ${LOOKED_AT})
     WHERE coalesce(code, '') NOT IN (SELECT value FROM json_each(:but))))`;

function describeDestination(ask: Asking, destination: string): DestinationOverview {
  const oldestAt = (but: readonly string[]) =>
    ask.get(OLDEST, { destination, but: JSON.stringify(but) })?.at as number | undefined;
  const paused = ask.get(
    `SELECT reason, probe_at AS probeAt,
            (SELECT max(since) FROM pause WHERE pause.destination = destination.id AND until IS NULL) AS since
     FROM destination WHERE id = :destination`,
    { destination },
  );
  return {
    destination,
    oldestAt: oldestAt([]),
    stuckAt: oldestAt(ON_PURPOSE),
    paused: paused && toPaused(paused as unknown as PausedRow),
  };
}

function reasonsOf(ask: Asking, state: ReasonCount['state'], ofSites: OfSites): ReasonCount[] {
  return ask.all(
    `SELECT site, o.destination, o.state, coalesce(o.code, '') AS code, count(*) AS count, max(o.seq) AS seq, o.at
     FROM (SELECT seq FROM outcome WHERE state = :state ORDER BY seq DESC LIMIT ${OVERVIEW_EVENTS})
       CROSS JOIN outcome o USING (seq) CROSS JOIN event USING (seq)
     WHERE ${IN_SITES} GROUP BY 1, 2, 4`,
    { state, ...ofSites },
  ) as unknown as ReasonCount[];
}

function warningsOf(ask: Asking, ofSites: OfSites): WarningCount[] {
  return ask.all(
    `SELECT site, o.destination, w.value ->> '$.code' AS code, w.value ->> '$.path' AS path,
            count(*) AS count, max(o.seq) AS seq, o.at
     FROM (SELECT seq FROM outcome INDEXED BY outcome_warned WHERE warnings IS NOT NULL
           ORDER BY seq DESC LIMIT ${OVERVIEW_EVENTS})
       CROSS JOIN outcome o USING (seq) CROSS JOIN event USING (seq), json_each(o.warnings) w
     WHERE ${IN_SITES} GROUP BY 1, 2, 3, 4`,
    ofSites,
  ) as unknown as WarningCount[];
}

function latencyOf(ask: Asking, ofSites: OfSites): Latency {
  const rows = ask.all(
    `SELECT o.at - received_at AS sinceReceipt, o.at - 1000 * (c.wire ->> '$.eventTime') AS sinceEvent
     FROM (SELECT seq, at FROM outcome WHERE state = 'accepted' ORDER BY seq DESC LIMIT ${LATENCY_LOOKED_AT}) o
       CROSS JOIN event USING (seq) LEFT JOIN content c USING (seq)
     WHERE source = 'pixel' AND ${IN_SITES} LIMIT ${LATENCY_EVENTS}`,
    ofSites,
  );
  return toLatency(rows as unknown as LatencyRow[]);
}

function byCount(a: { count: number }, b: { count: number }): number {
  return b.count - a.count;
}
