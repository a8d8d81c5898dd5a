import anonymous from './features/anonymous.ts';
import clickAlias from './features/click-alias.ts';
import consentCmp from './features/consent-cmp.ts';
import consentGcm from './features/consent-gcm.ts';
import consentGpp from './features/consent-gpp.ts';
import consentSources from './features/consent-sources.ts';
import consentTcf from './features/consent-tcf.ts';
import consentUet from './features/consent-uet.ts';
import debug from './features/debug.ts';
import declarative from './features/declarative.ts';
import eventNames from './features/event-names.ts';
import type { Feature } from './features/feature.ts';
import fetchLater from './features/fetch-later.ts';
import ga4Bridge from './features/ga4-bridge.ts';
import idSync from './features/id-sync.ts';
import identifyForms from './features/identify-forms.ts';
import linkDecoration from './features/link-decoration.ts';
import loadScript from './features/load-script.ts';
import mirror from './features/mirror.ts';
import ownTag from './features/own-tag.ts';
import region from './features/region.ts';
import sales from './features/sales.ts';
import tagIds from './features/tag-ids.ts';
import tagPage from './features/tag-page.ts';
import type { ConsentSourceName, PixelSettings } from './settings.ts';

type Uses = (settings: PixelSettings) => unknown;

const always: Uses = () => true;

const reads =
  (name: ConsentSourceName): Uses =>
  ({ consent: { source = 'auto' } = {} }) =>
    source === 'auto' || source.includes(name);

/** Every feature and who needs it, in the order in which they run: as the collector puts them into `c.js`. */
const FEATURES: readonly (readonly [Feature, Uses])[] = [
  [loadScript, always],
  [debug, always],
  [fetchLater, always],
  [tagPage, ({ uet }) => uet !== 'off'],
  [sales, always],
  [region, always],
  [eventNames, always],
  [consentSources, always],
  [consentUet, reads('uet')],
  [consentGcm, reads('gcm')],
  [consentTcf, reads('tcf')],
  [consentGpp, reads('gpp')],
  [consentCmp, reads('cmp')],
  [anonymous, always],
  [mirror, ({ uet = 'observe', mirror = true }) => uet === 'observe' && mirror],
  [ownTag, ({ uet }) => uet === 'own'],
  [tagIds, ({ uet }) => uet !== 'off'],
  [clickAlias, ({ clickIdParams = [] }) => clickIdParams.length],
  [linkDecoration, ({ linkDomains = [] }) => linkDomains.length],
  [idSync, ({ customerId }) => customerId],
  [declarative, (settings) => settings.declarative],
  [ga4Bridge, ({ ga4 }) => ga4],
  [identifyForms, (settings) => settings.identifyForms],
];

/** For pages that bundle the pixel themselves: the features that these settings use. */
export function featuresOf(settings: PixelSettings): Feature[] {
  return FEATURES.filter(([, uses]) => uses(settings)).map(([feature]) => feature);
}
