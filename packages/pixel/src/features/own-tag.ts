import type { Uetq } from '../api.ts';
import type { Feature } from './feature.ts';

/** Microsoft's address. */
const SCRIPT = 'https://bat.bing.com/bat.js';

interface TagWindow {
  UET: new (options: object) => Uetq;
  uetq?: Uetq;
}

/**
 * The setting `uet: 'own'`: loads the page's UET tag as the documented loader does, once the visitor
 * has agreed. The tag does not follow SPA navigation by itself; it is told each page that we count,
 * so both count the same ones. Pages that ended before it had sent its page load go without it.
 */
const ownTag: Feature = ({ settings, attempt, guard, onConsent, consent, onPageLoad, loadScript }) => {
  const page = window as unknown as TagWindow;
  let isAsked = false;
  /** The tag sends the page load that it finds when it starts. */
  let isFirst = true;
  const start = guard(() => {
    page.uetq = new page.UET({ ti: settings.tagId, enableAutoSpaTracking: false, q: page.uetq });
    page.uetq.push('pageLoad');
  });
  onConsent((decision) => {
    if (isAsked || decision !== 'granted') return;
    isAsked = true;
    page.uetq = page.uetq || ([] as unknown as Uetq);
    loadScript(settings.tagScript || SCRIPT, { onload: start });
  });
  onPageLoad(({ url }) => {
    if (!isFirst && consent() === 'granted' && attempt(() => page.uetq!.snippetEventQueue![0]))
      page.uetq!.push('event', 'page_view', {
        page_path: url.replace(location.origin, ''),
        page_title: document.title,
      });
    isFirst = false;
  });
};

export default ownTag;
