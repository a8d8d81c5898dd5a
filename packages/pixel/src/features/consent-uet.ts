import type { ConsentDecision, Uetq } from '../api.ts';
import { attempt, read } from '../attempt.ts';
import { readCookie } from '../capture/cookie.ts';
import { on } from '../debug.ts';
import { later, listen } from '../guard.ts';
import type { ConsentSource, Feature } from './feature.ts';

/**
 * What the page itself tells its UET tag: `uetq.push('consent', 'default' | 'update', …)`, and the cookie with which it
 * turns the tag off for a visitor. Before `bat.js` is there the pushes are read in the queue, where each left its
 * arguments behind each other; afterwards the tag is asked.
 */
const consentUet: Feature = () => {
  /** Whether we granted it to the tag when we told it last: no news when it comes back. */
  let pushed: boolean | undefined;
  /** Each word of ours in the queue: read as the page's, an earlier one would contradict the last, without end. */
  const ours = new WeakSet<object>();
  const queue = () => window.uetq as Uetq & unknown[];

  const source: ConsentSource = (tell) => {
    let seen = 0;
    // For a visitor who wants no data sold: the tag then sends nothing, whatever it is told. Read with the first event,
    // before it goes anywhere: the page's storage is not touched earlier.
    on('held', () => {
      if (readCookie('_uetmsdns') === '1') tell(false, true, true);
    });
    const look = () => {
      const uetq = queue();
      const state = read(read(uetq, 'uetConfig'), 'consent') as NonNullable<Uetq['uetConfig']>['consent'];
      if (state) {
        const { enabled, adStorageAllowed = false } = state;
        if (enabled && adStorageAllowed !== pushed) tell(adStorageAllowed, state.adStorageUpdated !== false);
        return true;
      }
      if (Array.isArray(uetq))
        for (; seen < uetq.length; seen++) {
          const given = uetq[seen + 2] as { ad_storage: string };
          const word = uetq[seen] === 'consent' && attempt(() => !ours.has(given) && given.ad_storage);
          // Every other word is granted to the tag.
          if (word) tell(word !== 'denied', uetq[seen + 1] !== 'default');
        }
      return false;
    };
    // At once, for what the page pushes next. While the tag works through its queue it tells each step: the last one counts.
    listen('UetConsent', () => {
      if (queue().uetLoaded) look();
      later(look);
    });
    return look;
  };
  on('source?', () => source);

  on('uetq', (command, _kind, state) => {
    if (command !== 'consent') return;
    ours.add(state as object);
    pushed = (state as { ad_storage: ConsentDecision }).ad_storage === 'granted';
  });
};

export default consentUet;
