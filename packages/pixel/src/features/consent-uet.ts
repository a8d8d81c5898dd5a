import type { ConsentDecision, Uetq } from '../api.ts';
import { attempt } from '../attempt.ts';
import { on } from '../debug.ts';
import { later, listen } from '../guard.ts';
import { settings } from '../settings.ts';
import type { ConsentSource, Feature } from './feature.ts';

/**
 * What the page itself tells its UET tag: `uetq.push('consent', 'default' | 'update', …)`. Before
 * `bat.js` is there it is read in the queue, where each push left its arguments behind each other;
 * afterwards the tag is asked.
 *
 * A tag of our own hears from here what the other sources say, unless it hears TCF.
 */
const consentUet: Feature = () => {
  /** What we told the tag last: no news when it comes back. */
  let pushed: ConsentDecision | undefined;
  /** Each word of ours in the queue: read as the page's, an earlier one would contradict the last, without end. */
  const ours = new WeakSet<object>();
  const queue = () => window.uetq as Uetq & unknown[];

  const source: ConsentSource = (tell) => {
    let seen = 0;
    const say = (isGranted: unknown, isDecided: unknown) => {
      const decision = isGranted ? 'granted' : 'denied';
      if (decision !== pushed) tell(decision, isDecided ? undefined : 'default');
    };
    const read = () => {
      const uetq = queue();
      const state = attempt(() => uetq.uetConfig!.consent);
      if (state) {
        if (state.enabled) say(state.adStorageAllowed, state.adStorageUpdated !== false);
        return true;
      }
      if (Array.isArray(uetq))
        for (; seen < uetq.length; seen++) {
          const given = uetq[seen + 2] as { ad_storage: string };
          const word = uetq[seen] === 'consent' && attempt(() => !ours.has(given) && given.ad_storage);
          // Every other word is granted to the tag.
          if (word) say(word !== 'denied', uetq[seen + 1] !== 'default');
        }
      return false;
    };
    // While the tag works through its queue it tells each step: the last one counts.
    listen('UetConsent', () => later(read));
    return read;
  };
  on('source?', () => source);

  if (settings.uet === 'own')
    on('consent', (decision) => {
      // Until the visitor agrees there is no tag to tell.
      if (decision === 'denied' && !pushed) return;
      window.uetq = window.uetq || ([] as unknown as Uetq);
      const uetq = queue();
      if (attempt(() => (uetq.uetConfig ? uetq.uetConfig.tcf!.enabled : uetq.includes('tcf')))) return;
      pushed = decision;
      const state = { ad_storage: decision };
      ours.add(state);
      uetq.push('consent', 'update', state);
    });
};

export default consentUet;
