/** Events that Microsoft accepted, and those of them that it removed fields from. */
export interface WarnedEvents {
  accepted: number;
  warned: number;
}

/** Two averages of the same, one that follows quickly and one that remembers what used to be. */
export interface WarningRate {
  lately: WarnedEvents;
  usually: WarnedEvents;
  /** ms. */
  at: number;
}

/** After this long an event counts half, ms: a few hours, and a week. */
const LATELY_HALF_LIFE_MS = 3 * 3_600_000;
const USUALLY_HALF_LIFE_MS = 7 * 86_400_000;

/** So many warned events lately are no accident. */
const MIN_WARNED = 10;

/** Risen: twice the usual share, and two in a hundred more; back to usual: half of that. */
const RISEN_FACTOR = 2;
const RISEN_SHARE = 0.02;
const CALM = 0.5;

/** @param news since the last look */
export function followWarnings(known: WarningRate | undefined, news: WarnedEvents, now: number): WarningRate {
  const average = (kept: WarnedEvents | undefined, halfLifeMs: number): WarnedEvents => {
    // A clock that was set back must not make more of what was.
    const weight = known ? 0.5 ** (Math.max(now - known.at, 0) / halfLifeMs) : 0;
    const add = (what: keyof WarnedEvents) => (kept?.[what] ?? 0) * weight + news[what];
    return { accepted: add('accepted'), warned: add('warned') };
  };
  return {
    lately: average(known?.lately, LATELY_HALF_LIFE_MS),
    usually: average(known?.usually, USUALLY_HALF_LIFE_MS),
    at: now,
  };
}

/** @param isOpen whether it was told: then a smaller rise is still one */
export function haveWarningsRisen({ lately, usually }: WarningRate, isOpen: boolean): boolean {
  const calm = isOpen ? CALM : 1;
  const rise = shareOf(lately) - shareOf(usually);
  const isHigh = rise >= shareOf(usually) * (RISEN_FACTOR - 1) * calm && rise >= RISEN_SHARE * calm;
  return isHigh && lately.warned >= MIN_WARNED * calm;
}

/** Warned of accepted, 0 to 1. */
export function shareOf({ accepted, warned }: WarnedEvents): number {
  return accepted > 0 ? warned / accepted : 0;
}
