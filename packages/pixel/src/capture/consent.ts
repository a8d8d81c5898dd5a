import type { ConsentDecision } from '../api.ts';
import { attempt } from '../attempt.ts';
import { say } from '../debug.ts';
import { later } from '../guard.ts';
import { settings } from '../settings.ts';

/**
 * The consent of the visitor: Global Privacy Control, then the page's own call, then, after the
 * wait, the default. Features that read other sources answer the word `consent?`. Each new decision
 * is told by the word `consent`.
 */

/** The page's own call. */
let called: ConsentDecision | undefined;

let isWaitOver = false;

/** What was told last. */
let known = '';

/** What somebody has decided; with `over`, or what a source presets. */
function made(over = false): ConsentDecision | undefined {
  return attempt(() => (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl)
    ? 'denied'
    : (say('consent?', called, over).find(Boolean) as ConsentDecision) || called;
}

/** The decision in force; undefined while waiting. */
export function consent(): ConsentDecision | undefined {
  const decision = made(isWaitOver);
  if (decision || !isWaitOver) return decision;
  // `region` is for a feature to resolve; without it, the strict one.
  return settings.consent.default === 'granted' ? 'granted' : 'denied';
}

export function granted(): boolean {
  return consent() === 'granted';
}

/** Somebody may have changed their mind. */
export function updateConsent(): void {
  const decision = consent();
  const state = `${decision}${made()}`;
  if (state === known) return;
  known = state;
  if (decision) say('consent', decision, !!made());
}

/** The page's own call. */
export function decideConsent(decision: ConsentDecision): void {
  called = decision;
  updateConsent();
}

/** Ends the wait: the default counts from now on, until somebody decides. */
export function settleConsent(): void {
  isWaitOver = true;
  updateConsent();
}

/** Waits where nobody has decided. */
export function startConsent(): void {
  updateConsent();
  if (!consent()) later(settleConsent, settings.consent.waitMs);
}
