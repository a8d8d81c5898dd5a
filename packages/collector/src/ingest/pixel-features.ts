import type { Site } from '../config/config.ts';

type Uses = (site: Site) => boolean;

/** Where consent is read from. */
const reads =
  (source: Exclude<Site['consent']['source'], 'auto'>[number]): Uses =>
  ({ consent }) =>
    consent.source === 'auto' || consent.source.includes(source);

/**
 * The parts of the pixel that not every site needs, by the names of their files in its build, and
 * who needs them. In this order they stand in `c.js`, and run.
 */
const FEATURES: Record<string, Uses> = {
  // First: what comes after loads scripts, or has something to tell.
  'load-script': () => true,
  debug: () => true,
  'fetch-later': () => true,
  region: ({ consent }) => consent.default === 'region',
  'event-names': ({ eventNames }) => typeof eventNames === 'string' || Array.isArray(eventNames),
  'consent-uet': reads('uet'),
  'consent-gcm': reads('gcm'),
  'consent-tcf': reads('tcf'),
  'consent-gpp': reads('gpp'),
  'consent-cmp': reads('cmp'),
  anonymous: ({ consent }) => consent.whenDenied === 'anonymous',
  mirror: ({ uet, mirror }) => uet === 'observe' && mirror,
  // A test without a sandbox has no tag: Microsoft's would count it.
  'own-tag': ({ uet, mode, testEndpoint }) => uet === 'own' && (mode !== 'test' || !!testEndpoint),
  'tag-ids': ({ uet }) => uet !== 'off',
  'click-alias': ({ clickIdParams }) => clickIdParams.length > 0,
  'link-decoration': ({ linkDomains }) => linkDomains.length > 0,
  'id-sync': ({ customerId }) => customerId !== undefined,
  declarative: ({ declarative }) => declarative,
  'ga4-bridge': ({ ga4 }) => ga4,
  'identify-forms': ({ identifyForms }) => identifyForms,
};

/** Every feature that a site may use. */
export const FEATURE_NAMES: readonly string[] = Object.keys(FEATURES);

/** The features that this site's settings use: what is off costs its visitors nothing. */
export function featuresOf(site: Site): string[] {
  return FEATURE_NAMES.filter((name) => FEATURES[name]?.(site));
}
