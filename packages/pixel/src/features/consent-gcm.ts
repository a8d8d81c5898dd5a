import { attempt } from '../attempt.ts';
import { on } from '../debug.ts';
import { guard } from '../guard.ts';
import type { ConsentSource, Feature } from './feature.ts';

interface GoogleWindow {
  dataLayer?: unknown[];
  /** Consent as Google's tag keeps it, the regions of its defaults resolved. Undocumented. */
  google_tag_data?: {
    ics?: {
      entries: { ad_storage?: { default?: boolean; update?: boolean } };
      addListener(types: string[], changed: () => void): void;
    };
  };
}

/** `gtag('consent', 'default' | 'update', state)` as it stands in `dataLayer`. */
type Command = [name: unknown, kind: unknown, state?: { ad_storage?: string; region?: unknown }];

/**
 * Google Consent Mode. Google's tag is asked where it is there: it has made one state of all
 * commands, also of those that a tag manager gives it past `dataLayer`. Where it is not (blocked, or
 * not loaded yet) the commands in `dataLayer` count. Nothing tells there which region the visitor is
 * in, so the strictest default holds, and a grant for some regions says nothing.
 */
const source: ConsentSource = (tell) => {
  const page = window as GoogleWindow;
  let followed: unknown;
  let isListening: unknown;
  let isDenied: unknown;

  /** Whether Google's tag knows. */
  const ask = () =>
    page.google_tag_data &&
    attempt(() => {
      const { ics } = page.google_tag_data!;
      if (!isListening) ics!.addListener(['ad_storage'], guard(ask));
      isListening = true;
      const { default: preset, update } = ics!.entries.ad_storage!;
      const isDecided = update !== undefined;
      if (!isDecided && preset === undefined) return;
      tell(isDecided ? update : preset, isDecided);
      return true;
    });
  const hear = (entry: unknown) =>
    attempt(() => {
      if (ask()) return;
      const [name, kind, { ad_storage, region } = {}] = Array.from(entry as Command) as Command;
      if (name !== 'consent' || !ad_storage) return;
      const isGranted = ad_storage === 'granted';
      if (kind === 'update') return tell(isGranted, true);
      isDenied = isDenied || !isGranted;
      if (isDenied || !region) tell(!isDenied);
    });
  return () => {
    const { dataLayer } = page;
    // Old snippets replace the list.
    if (dataLayer !== followed && Array.isArray(dataLayer)) {
      followed = dataLayer;
      dataLayer.forEach(hear);
      const { push } = dataLayer;
      dataLayer.push = function (...entries) {
        const length = push.apply(this, entries);
        entries.forEach(hear);
        return length;
      };
    }
    ask();
  };
};

const consentGcm: Feature = () => {
  on('source?', () => source);
};

export default consentGcm;
