import { attempt } from '../attempt.ts';
import { on } from '../debug.ts';
import { guard, later, listen } from '../guard.ts';
import type { ConsentSource, Feature } from './feature.ts';

/** What each platform puts on the page, as far as it is read. */
interface Platforms {
  Cookiebot: { consent: { marketing: boolean }; hasResponse: boolean };
  OneTrust: { IsAlertBoxClosed(): boolean };
  UC_UI: {
    isConsentRequired(): boolean;
    getServicesBaseInfo(): { categorySlug: string; consent: { status: boolean } }[];
  };
  /** Usercentrics since version 3, which may keep `UC_UI` beside it. */
  __ucCmp: { getConsentDetails(): Promise<UsercentricsDetails> };
  Didomi: {
    on(event: string, run: () => void): void;
    shouldUserStatusBeCollected(): boolean;
    getCurrentUserStatus(): { purposes: { cookies: { enabled: boolean } } };
  };
  getCkyConsent(): { categories: { advertisement: boolean }; isUserActionCompleted: boolean };
}

interface UsercentricsDetails {
  /** `EXPLICIT`: the visitor has answered. */
  consent: { type: string };
  categories: { marketing: { state: string } };
}

/** Whether advertising is allowed, and whether the visitor has answered. Throws while the platform is not ready. */
type Read<Platform> = (platform: Platform) => [isAllowed: unknown, isAnswered: unknown];

/** Those that answer at once. */
type Prompt = Exclude<keyof Platforms, '__ucCmp'>;

/** By the name that the platform has on the page. */
const PLATFORMS: { [Name in Prompt]: Read<Platforms[Name]> } = {
  Cookiebot: ({ consent, hasResponse }) => [consent.marketing, hasResponse],
  // C0004 is targeting. That the banner was closed it may know before it has its groups.
  OneTrust: (platform) => {
    const groups = (window as { OnetrustActiveGroups?: string }).OnetrustActiveGroups!;
    return [groups.includes('C0004'), /\w/.test(groups) && platform.IsAlertBoxClosed()];
  },
  UC_UI: (platform) => {
    const ads = platform.getServicesBaseInfo().filter((service) => service.categorySlug === 'marketing');
    return [ads.length && ads.every((service) => service.consent.status), !platform.isConsentRequired()];
  },
  Didomi: (platform) => [
    platform.getCurrentUserStatus().purposes.cookies.enabled,
    !platform.shouldUserStatusBeCollected(),
  ],
  getCkyConsent: (ask) => {
    const { categories, isUserActionCompleted } = ask();
    return [categories.advertisement, isUserActionCompleted];
  },
};

/** Raised on window or document when the state was loaded or has changed. Didomi has a listener instead. */
const EVENTS = [
  'CookiebotOnConsentReady',
  'CookiebotOnAccept',
  'CookiebotOnDecline',
  'OneTrustGroupsUpdated',
  'UC_UI_INITIALIZED',
  'UC_UI_CMP_EVENT',
  'UC_CONSENT',
  'ucEvent',
  'cookieyes_banner_load',
  'cookieyes_consent_update',
];

/**
 * Consent platforms by their own interfaces: Cookiebot, OneTrust, Usercentrics, Didomi, CookieYes.
 * Advertising that is allowed without an answer (opt-out regions) is granted.
 */
const source: ConsentSource = (tell) => {
  const page = window as Partial<Platforms>;
  let followed: unknown;
  let hasAgreed: unknown;
  const hear = (isAllowed: unknown, isAnswered: unknown) => {
    hasAgreed = hasAgreed || isAllowed;
    // What was granted before is taken back, whatever the platform calls it.
    tell(!!isAllowed, isAnswered || hasAgreed);
  };
  const hearDetails = ({ consent, categories }: UsercentricsDetails) =>
    hear(categories.marketing.state === 'ALL_ACCEPTED', consent.type === 'EXPLICIT');
  const read = () => {
    // Not `in`: what a page adds to every object is no platform, and what it returns no consent.
    for (const name of Object.keys(PLATFORMS) as Prompt[]) {
      const platform = page[name];
      if (platform) attempt(() => hear(...PLATFORMS[name](platform as never)));
    }
    const { __ucCmp } = page;
    if (__ucCmp) attempt(() => __ucCmp.getConsentDetails().then(guard(hearDetails), () => {}));
  };
  // At once, for what the page does on the same occasion. Some tell before they have changed their state.
  const changed = () => {
    read();
    later(read);
  };
  for (const type of EVENTS) listen(type, changed);
  return () => {
    read();
    if (page.Didomi !== followed) page.Didomi!.on('consent.changed', changed);
    followed = page.Didomi;
  };
};

const consentCmp: Feature = () => {
  on('source?', () => source);
};

export default consentCmp;
