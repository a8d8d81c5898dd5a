import { type Balance, balance } from '../../store/balance.ts';
import type { Store } from '../../store/port.ts';
import { StoreBusyElsewhere, StoreMissing, type StoreUnusable } from '../../store/sqlite/errors.ts';
import { type Finding, ok, problem, skipped, warning } from '../finding.ts';

const HOUR_MS = 3_600_000;

/** Delivery takes seconds; page loads wait ten. What waits this long meets an obstacle, ms. */
const LONG_WAIT_MS = HOUR_MS;

/** Microsoft takes events for seven days; this leaves two to act, ms. */
const LATE_MS = 5 * 24 * HOUR_MS;

/** Queues of the Conversions API; the others may wait for days by their own rules. */
const REAL_TIME = /^uet-capi(-test)?:/;

/** Why the store was not opened. */
export function checkOpening(failure: StoreUnusable): Finding {
  if (failure instanceof StoreMissing) {
    return skipped(
      'store',
      `There is no store at ${failure.path}: nothing was ever received with these settings.`,
      'If a collector runs already, run the doctor with its settings (dataDir, UET_CAPI_DATA_DIR); otherwise start it.',
    );
  }
  if (failure instanceof StoreBusyElsewhere) return skipped('store', failure.message);
  return problem('store', {
    what: failure.message.replace(` ${failure.remedy}`, ''),
    why: 'The collector does not start, or takes no events.',
    next: failure.remedy,
  });
}

/** What the store tells of the events: whether all are there, wait too long, or were given up. */
export async function checkStore(store: Pick<Store, 'stats'>, now: number): Promise<Finding[]> {
  const accounts = balance(await store.stats());
  return [checkEntries(accounts), checkWaiting(accounts, now), checkEnded(accounts)];
}

function checkEntries(accounts: readonly Balance[]): Finding {
  const received = accounts.reduce((sum, account) => sum + account.received, 0);
  const missing = accounts.filter((account) => account.missing !== 0);
  if (missing.length === 0) {
    return ok('store', `The store opens; ${received} events received, ${received} accounted for.`);
  }
  return problem('store', {
    what: `The store does not add up for ${missing.map(({ site, destination }) => `${site} → ${destination}`).join(', ')}.`,
    why: 'Events were lost or written twice, by damage to the file or by a bug.',
    next: 'Keep a copy of the data directory, and report it with the output of uet-capi report --json.',
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
      : 'They are not delivered: no collector runs on this data directory, the tag is paused, or Microsoft does not answer.',
    next: 'Start the collector on this data directory; if it runs, look at what else is found here, and at its log.',
  });
}

function checkEnded(accounts: readonly Balance[]): Finding {
  const count = (state: 'dead' | 'expired' | 'rejected') =>
    accounts.reduce((sum, { states }) => sum + (states[state] ?? 0), 0);
  const lost = (['rejected', 'dead', 'expired'] as const)
    .map((state) => ({ state, count: count(state) }))
    .filter((entry) => entry.count > 0);
  if (lost.length === 0) return ok('undelivered', 'No event was given up.');
  return warning('undelivered', {
    what: `Events were given up: ${lost.map((entry) => `${entry.count} ${entry.state}`).join(', ')}.`,
    why: 'Microsoft does not count them.',
    next: 'Look at their reasons in the event debugger, mend the cause, then run uet-capi replay.',
  });
}
