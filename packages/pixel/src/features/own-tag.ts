import type { Uetq } from '../api.ts';
import { granted } from '../capture/consent.ts';
import { push, pushConsent } from '../channels/uetq.ts';
import { on, say } from '../debug.ts';
import { guard } from '../guard.ts';
import { settings } from '../settings.ts';
import type { Feature } from './feature.ts';

/** Microsoft's address. */
const SCRIPT = 'https://bat.bing.com/bat.js';

interface TagWindow {
  UET: new (options: object) => Uetq;
  uetq: Uetq;
}

/**
 * The setting `uet: 'own'`: loads the page's UET tag as the documented loader does, once the visitor
 * has agreed. The tag does not follow SPA navigation by itself; it is told each page that we count,
 * so both count the same ones. Pages that ended before it had sent its page load go without it.
 *
 * It takes TCF where that is, and TCF alone; else it hears from here what the sources of consent say.
 */
const ownTag: Feature = () => {
  const page = window as unknown as TagWindow;
  let isAsked = false;
  /** The tag sends the page load that it finds when it starts. */
  let isFirst = true;
  // The page may push from now on, whatever the visitor decides.
  page.uetq = page.uetq || [];
  const start = guard(() => {
    page.uetq = new page.UET({ ti: settings.tagId, enableAutoSpaTracking: false, q: page.uetq });
    page.uetq.push('pageLoad');
  });
  // Page, or an explicit call, may have begun to tell it by consent mode.
  on('tcf', () => {
    const { uetq } = page;
    const hearsConsent = uetq.uetConfig
      ? uetq.uetConfig.consent!.enabled
      : (uetq as unknown as unknown[]).includes('consent');
    if (!hearsConsent) push('config', 'tcf', { enabled: true });
  });
  on('consent', (decision) => {
    // Until the visitor agrees there is no tag to tell.
    if (isAsked || decision === 'granted') pushConsent(decision);
    if (isAsked || decision !== 'granted') return;
    isAsked = true;
    say('load', settings.tagScript || SCRIPT, { onload: start });
  });
  on('page', ({ url }) => {
    if (isFirst) isFirst = false;
    else if (granted() && (page.uetq.snippetEventQueue || [])[0])
      page.uetq.push('event', 'page_view', {
        page_path: url.replace(location.origin, ''),
        page_title: document.title,
      });
  });
};

export default ownTag;
