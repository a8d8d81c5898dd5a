import type { Config } from '../../config/config.ts';
import { destinationIds } from '../../destinations/of-config.ts';
import { SKIP_REASONS } from '../../pipeline/skip-reasons.ts';
import { type Balance, balance } from '../../store/balance.ts';
import { StoreBusyElsewhere, StoreMissing, type StoreUnusable } from '../../store/errors.ts';
import type { Store } from '../../store/port.ts';
import type { DestinationOverview, ReasonCount, WarningCount } from '../../store/reading.ts';
import { type Finding, ok, problem, skipped, warning } from '../finding.ts';

const HOUR_MS = 3_600_000;

/** Delivery takes seconds; page loads wait ten. What waits this long meets an obstacle, ms. */
const LONG_WAIT_MS = HOUR_MS;

/** Microsoft takes events for seven days; this leaves two to act, ms. */
const LATE_MS = 5 * 24 * HOUR_MS;

/** What ended longer ago is no news, ms. */
const LATELY_MS = 7 * 24 * HOUR_MS;

/** So many kinds of warnings are listed. */
const MAX_WARNINGS = 5;

const RULE_FAILURES = [SKIP_REASONS.filter_failed, SKIP_REASONS.transform_failed];

/** Queues of the Conversions API; the others may wait for days by their own rules. */
const REAL_TIME = /^uet-capi(-test)?:/;

/** Why the store was not opened. */
export function checkOpening(failure: StoreUnusable): Finding {
  if (failure instanceof StoreMissing) {
    return skipped(
      'store',
      `There is no store at ${failure.path}: nothing was ever received with these settings.`,
      'If a collector runs already, run the doctor with its settings (UET_CAPI_DATA_DIR or UET_CAPI_DATABASE_URL); otherwise start it.',
    );
  }
  if (failure instanceof StoreBusyElsewhere) return skipped('store', failure.message);
  return problem('store', {
    what: failure.message.replace(` ${failure.remedy}`, ''),
    why: 'The collector does not start, or takes no events.',
    next: failure.remedy,
  });
}

/** What the store tells of the events: whether all are there, wait too long, were given up or cut. */
export async function checkStore(
  store: Pick<Store, 'stats' | 'overview'>,
  sites: Config['sites'],
  now: number,
): Promise<Finding[]> {
  const [stats, overview] = await Promise.all([store.stats(), store.overview({})]);
  const accounts = balance(stats);
  const known = destinationIds(sites);
  const isStray = ({ destination, oldestAt }: Balance) =>
    oldestAt !== undefined && !known.includes(destination);
  const lately = <T extends { at: number }>(counts: readonly T[]) =>
    counts.filter(({ at }) => now - at < LATELY_MS);
  return [
    checkEntries(accounts),
    ...checkPauses(overview.destinations),
    checkWaiting(
      accounts.filter((account) => !isStray(account)),
      now,
    ),
    ...accounts.filter(isStray).map(strayed),
    checkGivenUp(lately(overview.reasons)),
    ...checkRules(lately(overview.reasons)),
    checkWarnings(lately(overview.warnings)),
  ];
}

function checkEntries(accounts: readonly Balance[]): Finding {
  const received = accounts.reduce((sum, account) => sum + account.received, 0);
  const missing = accounts.filter((account) => account.missing !== 0);
  if (missing.length === 0) {
    return ok('store', `The store opens; ${received} events received, ${received} accounted for.`);
  }
  return problem('store', {
    what: `The store does not add up for ${missing.map(({ site, destination }) => `${site} → ${destination}`).join(', ')}.`,
    why: 'Events were lost or written twice, by damage to the store or by a bug.',
    next: 'Keep a copy of the data directory or database, and report it with the output of uet-capi report --json.',
  });
}

function checkWaiting(accounts: readonly Balance[], now: number): Finding {
  const late = accounts
    .filter(({ destination }) => REAL_TIME.test(destination))
    .map((account) => ({ ...account, waitsMs: now - (account.oldestAt ?? now) }))
    .sort((a, b) => b.waitsMs - a.waitsMs);
  const oldest = late[0];
  if (!oldest || oldest.waitsMs < LONG_WAIT_MS) return ok('waiting', 'No event waits for long.');
  const isLate = oldest.waitsMs >= LATE_MS;
  return (isLate ? problem : warning)('waiting', {
    what: `Events for ${oldest.destination} wait, the oldest for ${Math.floor(oldest.waitsMs / HOUR_MS)} h.`,
    why: isLate
      ? 'After seven days Microsoft takes them no more: they expire soon.'
      : 'They are not delivered: no collector runs on this store, the tag is paused, or Microsoft does not answer.',
    next: 'Start the collector with these settings; if it runs, look at what else is found here, and at its log.',
  });
}

/** No collector with these settings will ever claim it. */
function strayed({ site, destination }: Balance): Finding {
  return problem('waiting', {
    what: `Events of ${site} wait for ${destination}, which these settings do not name.`,
    why: 'Nobody delivers them: the site was removed, or got another id or tag. After seven days they expire (offline conversions: 90).',
    next: 'If they are to be delivered, put the site back as it was, until none of them waits any more.',
  });
}

function checkPauses(destinations: readonly DestinationOverview[]): Finding[] {
  return destinations.flatMap(({ destination, paused }) =>
    paused === undefined
      ? []
      : [
          problem('paused', {
            what: `${destination} is paused${paused.since === undefined ? '' : ` since ${time(paused.since)}`}: ${paused.reason}`,
            why: 'Its events are kept and wait; after seven days Microsoft takes them no more (offline conversions: 90).',
            next: REAL_TIME.test(destination)
              ? 'Mend the reason, mostly the token of the tag; it is tried again every minute and goes on by itself. What an operator paused, an operator resumes.'
              : 'Mend the reason, mostly the sign-in: uet-capi auth status, then uet-capi auth login; it goes on by itself. What an operator paused, an operator resumes.',
          }),
        ],
  );
}

function checkGivenUp(reasons: readonly ReasonCount[]): Finding {
  const lost = reasons.filter(({ state }) => state !== 'skipped');
  if (lost.length === 0) return ok('undelivered', 'No event was given up in the last seven days.');
  const list = lost.map(({ count, state, code }) => `${count} ${state}${code && ` (${code})`}`);
  return warning('undelivered', {
    what: `Events were given up: ${list.join(', ')}.`,
    why: 'Microsoft does not count them.',
    next: 'Look at their reasons in the event debugger, mend the cause, then run uet-capi replay.',
  });
}

function checkRules(reasons: readonly ReasonCount[]): Finding[] {
  return reasons
    .filter(({ code }) => RULE_FAILURES.some((failure) => code.startsWith(failure)))
    .map(({ code, count, site }) => ({
      ...problem('rules', {
        what: `A rule of the site throws: ${code} (${count} events).`,
        why: 'Each of these events is stored, and not delivered.',
        next: 'Mend filter or transform in the config file at this place, and restart the collector.',
      }),
      site,
    }));
}

function checkWarnings(warnings: readonly WarningCount[]): Finding {
  const [most] = warnings;
  if (!most) return ok('warnings', 'Microsoft removed nothing from the events of the last seven days.');
  const list = warnings
    .slice(0, MAX_WARNINGS)
    .map(({ path, code, count }) => `${path || 'the whole answer'} ${count} times (${code})`);
  return warning('warnings', {
    what: `Accepted with warnings, mostly for fields that Microsoft removed: ${list.join(', ')}.`,
    why: 'What was removed cannot match a click or a person, or is no value: fewer conversions, or without revenue.',
    next: 'Open one of these events in the event debugger, and mend the field where the site sets it. ForeignAnswer: look at what stands between here and Microsoft.',
  });
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
