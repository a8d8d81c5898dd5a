import type { ConsentDecision } from '../api.ts';
import { attempt } from '../attempt.ts';
import { say } from '../debug.ts';
import { later } from '../guard.ts';
import type { RunningSettings } from '../settings.ts';

export interface ConsentState {
  /** The decision in force; undefined while waiting. */
  now(): ConsentDecision | undefined;
  /** The page's own call. */
  decide(decision: ConsentDecision): void;
  /** Waits where nobody has decided. */
  start(): void;
  /** Ends the wait: the default counts from now on, until somebody decides. */
  settle(): void;
  /** A source has changed its mind. */
  update(): void;
}

/**
 * The consent of the visitor: Global Privacy Control, then the page's own call, then, after the
 * wait, the default. Features that read other sources answer the word `consent?`.
 *
 * @param changed told of each new decision, and whether somebody made it (else it is a default)
 */
export function createConsent(
  settings: RunningSettings,
  changed: (decision: ConsentDecision, made: boolean) => void,
): ConsentState {
  let called: ConsentDecision | undefined;
  let isOver = false;
  let known = '';

  const made = (over = false) =>
    attempt(() => (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl)
      ? 'denied'
      : (say('consent?', called, over).find(Boolean) as ConsentDecision) || called;
  const now = () =>
    made() ||
    // `region` is for a feature to resolve; without it, the strict one.
    (isOver ? made(true) || (settings.consent.default === 'granted' ? 'granted' : 'denied') : undefined);
  const update = () => {
    const decision = now();
    const state = `${decision}${made()}`;
    if (state === known) return;
    known = state;
    if (decision) changed(decision, !!made());
  };
  const settle = () => {
    isOver = true;
    update();
  };
  return {
    now,
    update,
    settle,
    decide(decision) {
      called = decision;
      update();
    },
    start() {
      update();
      if (!now()) later(settle, settings.consent.waitMs);
    },
  };
}
