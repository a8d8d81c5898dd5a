import type { ConsentDecision } from '../api.ts';
import { updateConsent } from '../capture/consent.ts';
import { on, say } from '../debug.ts';
import { guard, later } from '../guard.ts';
import type { ConsentSource, Feature } from './feature.ts';

/** Looks for a platform: so many, each so much later than the one before, ms. */
const LOOKS = 40;
const LOOK_STEP_MS = 50;

type Words = (ConsentDecision | undefined)[];

const strictest = (words: Words) => (words.includes('denied') ? 'denied' : words.find(Boolean));

/**
 * What the sources of consent say together: what is binding, then the page's own call, then the
 * strictest source. It stands before the features that read one source each.
 */
const feature: Feature = () => {
  let binding: ConsentDecision | undefined;
  let called: ConsentDecision | undefined;
  /** By source: what the visitor decided there, and what counts there without. */
  const told: Words = [];
  const presets: Words = [];

  const judge = (isWaitOver: boolean) => {
    const word = strictest(isWaitOver ? Object.assign([], presets, told) : told);
    const isPending = !isWaitOver && presets.some((_, i) => !(i in told));
    return binding || called || (word === 'denied' || !isPending ? word : undefined);
  };
  on('consent?', (byCall, isWaitOver) => {
    called = byCall;
    return judge(isWaitOver);
  });
  on('start', () => {
    // All are asked before any of them counts: the strictest may be the last.
    let isAsked = false;
    const sources = say('source?').filter(Boolean) as ConsentSource[];
    sources.forEach((source, i) => {
      const look = guard(
        source((isGranted, isDecided, isBinding) => {
          const decision = isGranted === undefined ? undefined : isGranted ? 'granted' : 'denied';
          if (isDecided) told[i] = decision;
          else if (!isAsked || !judge(false)) presets[i] = decision;
          if (isBinding) binding = decision;
          if (isAsked) updateConsent();
        }),
      );
      const poll = (looks: number) => {
        if (!look() && looks < LOOKS) later(() => poll(looks + 1), looks * LOOK_STEP_MS);
      };
      poll(1);
    });
    isAsked = true;
  });
};

export default feature;
