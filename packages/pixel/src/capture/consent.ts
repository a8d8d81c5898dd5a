import type { ConsentDecision } from '../api.ts';
import { attempt, later } from '../guard.ts';
import type { RunningSettings } from '../settings.ts';
import { needsConsent } from './region.ts';

/**
 * Something that knows the visitor's decision. It tells what holds now, then every change. A
 * `binding` decision is one that not even the page's own call overrides.
 */
export type ConsentSource = (tell: (decision: ConsentDecision, binding?: boolean) => void) => void;

/** Global Privacy Control: always denied, whatever else is said. */
const globalPrivacyControl: ConsentSource = (tell) => {
  if ((navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl) tell('denied', true);
};

/** How long to wait for a decision, ms, where the setting does not say. */
const WAIT_MS = 2_000;

export interface ConsentState {
  /** The decision in force; undefined while waiting. */
  now(): ConsentDecision | undefined;
  /** Adds a place that knows; asked at `start`. */
  add(source: ConsentSource): void;
  /** The page's own call. */
  decide(decision: ConsentDecision): void;
  /** Reads the sources, and waits where they say nothing. */
  start(): void;
  /** Ends the wait: the default counts from now on, until somebody decides. */
  settle(): void;
}

/**
 * The consent of the visitor: what is binding, then the page's own call, then the strictest source,
 * then, after the wait, the default.
 *
 * @param changed told of each new decision, and whether somebody made it (else it is the default)
 */
export function createConsent(
  settings: RunningSettings,
  changed: (decision: ConsentDecision, made: boolean) => void,
): ConsentState {
  let binding: ConsentDecision | undefined;
  let called: ConsentDecision | undefined;
  let fallback: ConsentDecision | undefined;
  let known = '';
  /** Where the decision is read from, besides the page's own calls. The strictest one counts. */
  const sources: ConsentSource[] = [globalPrivacyControl];
  const told: (ConsentDecision | undefined)[] = [];

  const made = () => binding || called || (told.includes('denied') ? 'denied' : told.find(Boolean));
  const now = () => made() || fallback;
  const update = () => {
    const decision = now();
    const state = `${decision}${made()}`;
    if (decision && state !== known) {
      known = state;
      changed(decision, !!made());
    }
  };
  const settle = () => {
    const preset = settings.consent.default;
    const zone = attempt(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
    fallback = preset === 'granted' || (preset !== 'denied' && !needsConsent(zone)) ? 'granted' : 'denied';
    update();
  };
  return {
    now,
    settle,
    add: (source) => void sources.push(source),
    decide(decision) {
      called = decision;
      update();
    },
    start() {
      sources.forEach((source, i) => {
        source((decision, final) => {
          told[i] = decision;
          if (final) binding = decision;
          update();
        });
      });
      if (!now()) later(settle, Number(settings.consent.waitMs ?? WAIT_MS));
    },
  };
}
