import type { IntakeEvents } from './intake/intake-events.ts';
import type { Log } from './log.ts';
import { SKIP_REASONS } from './pipeline/skip-reasons.ts';

/** The same failure is told again after this long, with the number of events since, ms. */
const REPEAT_MS = 3_600_000;

/** How many different failures are told apart; the one told longest ago is forgotten first. */
const MAX_FAILURES = 100;

/**
 * Tells the operator of rules of the config that throw or return nonsense: each failure once an
 * hour, however many events it holds back.
 *
 * @param clock ms
 */
export function logRuleFailures(log: Log, clock = Date.now): IntakeEvents {
  const told = new Map<string, { at: number; events: number }>();
  return {
    onEvent({ site }, taken, reason) {
      if (taken !== 'skipped' || reason === undefined || !isFailure(reason)) return;
      const key = `${site.id} ${reason}`;
      const last = told.get(key);
      const events = (last?.events ?? 0) + 1;
      if (last && clock() - last.at < REPEAT_MS) {
        last.events = events;
        return;
      }
      log.error(
        { site: site.id, reason, events },
        'a rule of the config failed: its events are kept and not sent',
      );
      told.delete(key);
      told.set(key, { at: clock(), events: 0 });
      if (told.size > MAX_FAILURES) told.delete(told.keys().next().value!);
    },
  };
}

function isFailure(reason: string): boolean {
  return reason.startsWith(SKIP_REASONS.filter_failed) || reason.startsWith(SKIP_REASONS.transform_failed);
}
