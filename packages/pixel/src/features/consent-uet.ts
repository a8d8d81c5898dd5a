import type { Uetq } from '../api.ts';
import type { Feature } from './feature.ts';

/** Looks for the tag: so many, each so much later than the one before, ms. */
const LOOKS = 40;
const LOOK_STEP_MS = 50;

/**
 * What the page itself tells its UET tag: `uetq.push('consent', 'default' | 'update', …)`. Before
 * `bat.js` is there it is read in the queue, where each push left its arguments behind each other;
 * afterwards the tag is asked. The queue is not touched.
 */
const consentUet: Feature = ({ addConsentSource, attempt, consent, later, listen }) =>
  addConsentSource((tell) => {
    let looks = 0;
    let seen = 0;
    const say = (isGranted: unknown, isDecided: unknown) =>
      tell(isGranted ? 'granted' : 'denied', isDecided ? undefined : 'default');
    const read = () => {
      const uetq = window.uetq as (Uetq & unknown[]) | undefined;
      const state = attempt(() => uetq!.uetConfig!.consent);
      // What was granted before, by whomever, is taken back.
      if (state)
        return (
          state.enabled && say(state.adStorageAllowed, state.adStorageUpdated || consent() === 'granted')
        );
      if (Array.isArray(uetq))
        for (; seen < uetq.length; seen++) {
          const word =
            uetq[seen] === 'consent' && attempt(() => (uetq[seen + 2] as { ad_storage: string }).ad_storage);
          // Every other word is granted to the tag.
          if (word) say(word !== 'denied', uetq[seen + 1] !== 'default');
        }
      if (looks++ < LOOKS) later(read, looks * LOOK_STEP_MS);
    };
    read();
    listen(document, 'UetConsent', read);
  });

export default consentUet;
