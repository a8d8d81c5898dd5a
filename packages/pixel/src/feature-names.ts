import type { ConsentSourceName, PixelSettings } from './settings.ts';

type Uses = (settings: PixelSettings) => unknown;

const always: Uses = () => true;

/** Where consent is read from. */
const reads =
  (name: ConsentSourceName): Uses =>
  ({ consent: { source = 'auto' } = {} }) =>
    source === 'auto' || source.includes(name);

/**
 * The parts of the pixel that not every site needs, by the names of their files, and who needs them.
 * In this order they stand in `c.js`, and run.
 */
const FEATURES = {
  // First: what comes after loads scripts, or has something to tell.
  'load-script': always,
  debug: always,
  'fetch-later': always,
  'tag-page': ({ uet }) => uet !== 'off',
  sales: ({ idFromTransaction = ['purchase'] }) => idFromTransaction.length,
  'event-names': ({ eventNames }) => eventNames,
  'consent-sources': ({ consent: { source = 'auto' } = {} }) => source.length,
  'consent-uet': reads('uet'),
  'consent-gcm': reads('gcm'),
  'consent-tcf': reads('tcf'),
  'consent-gpp': reads('gpp'),
  'consent-cmp': reads('cmp'),
  // Behind the sources, which it leaves the first word.
  region: ({ consent: { default: preset = 'region' } = {} }) => preset === 'region',
  anonymous: ({ consent }) => consent?.whenDenied === 'anonymous',
  mirror: ({ uet = 'observe', mirror = true }) => uet === 'observe' && mirror,
  'own-tag': ({ uet }) => uet === 'own',
  'tag-ids': ({ uet }) => uet !== 'off',
  'click-alias': ({ clickIdParams = [] }) => clickIdParams.length,
  'link-decoration': ({ linkDomains = [] }) => linkDomains.length,
  'id-sync': ({ customerId }) => customerId,
  declarative: (settings) => settings.declarative,
  'ga4-bridge': ({ ga4 }) => ga4,
  'identify-forms': (settings) => settings.identifyForms,
} satisfies Record<string, Uses>;

export type FeatureName = keyof typeof FEATURES;

/** Every feature, in the order in which they run. */
export const FEATURE_NAMES = Object.keys(FEATURES) as FeatureName[];

/** The features that these settings use: what is off costs a site's visitors nothing. */
export function featureNames(settings: PixelSettings): FeatureName[] {
  return FEATURE_NAMES.filter((name) => (FEATURES[name] as Uses)(settings));
}
