import type { ConsentDecision } from '../api.ts';
import { attempt, guard, later } from '../guard.ts';
import type { RunningSettings } from '../settings.ts';

/**
 * What a source says: `decision` as the visitor made it, or undefined where it has none to give.
 *
 * - `default`: nobody has decided there yet. Until the wait is over it keeps the other sources'
 *   grants back, then it counts as this source's word. Too late once a decision is in force.
 * - `binding`: not even the page's own call overrides it.
 */
export type TellConsent = (decision?: ConsentDecision, kind?: 'default' | 'binding') => void;

/** Something that knows the visitor's decision. It tells what holds now, then every change. */
export type ConsentSource = (tell: TellConsent) => void;

/** Global Privacy Control: always denied, whatever else is said. */
const globalPrivacyControl: ConsentSource = (tell) => {
  if (attempt(() => (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl))
    tell('denied', 'binding');
};

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

type Words = (ConsentDecision | undefined)[];

const strictest = (words: Words) => (words.includes('denied') ? 'denied' : words.find(Boolean));

/**
 * The consent of the visitor: what is binding, then the page's own call, then the strictest source,
 * then, after the wait, the default.
 *
 * @param changed told of each new decision, and whether somebody made it (else it is a default)
 */
export function createConsent(
  settings: RunningSettings,
  changed: (decision: ConsentDecision, made: boolean) => void,
): ConsentState {
  let binding: ConsentDecision | undefined;
  let called: ConsentDecision | undefined;
  let fallback: ConsentDecision | undefined;
  let known = '';
  let inForce = false;
  /** Where the decision is read from, besides the page's own calls. */
  const sources: ConsentSource[] = [globalPrivacyControl];
  /** By source: what the visitor decided there, and what counts there without. */
  const told: Words = [];
  const presets: Words = [];

  const now = () => {
    const word = strictest(told);
    const isPending = presets.some((_, i) => !(i in told));
    return (
      binding ||
      called ||
      (fallback
        ? strictest(Object.assign([], presets, told)) || fallback
        : word === 'denied' || !isPending
          ? word
          : undefined)
    );
  };
  const update = () => {
    const decision = now();
    inForce = !!decision && decision === (binding || called || strictest(told));
    const state = `${decision}${inForce}`;
    if (state === known) return;
    known = state;
    if (decision) changed(decision, inForce);
  };
  const settle = () => {
    // `region` is for a feature to resolve; without it, the strict one.
    fallback = settings.consent.default === 'granted' ? 'granted' : 'denied';
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
      // All are asked before any of them counts: the strictest may be the last.
      let asked = false;
      sources.forEach((source, i) => {
        guard(source)((decision, kind) => {
          if (kind !== 'default') told[i] = decision;
          else if (!inForce) presets[i] = decision;
          if (kind === 'binding') binding = decision;
          if (asked) update();
        });
      });
      asked = true;
      update();
      if (!now()) later(settle, settings.consent.waitMs as number);
    },
  };
}
