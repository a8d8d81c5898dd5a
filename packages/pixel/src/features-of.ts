import { type FeatureName, featureNames } from './feature-names.ts';
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
import type { PixelSettings } from './settings.ts';

const FEATURES: Record<FeatureName, Feature> = {
  'load-script': loadScript,
  debug,
  'fetch-later': fetchLater,
  'tag-page': tagPage,
  sales,
  'event-names': eventNames,
  'consent-sources': consentSources,
  'consent-uet': consentUet,
  'consent-gcm': consentGcm,
  'consent-tcf': consentTcf,
  'consent-gpp': consentGpp,
  'consent-cmp': consentCmp,
  region,
  anonymous,
  mirror,
  'own-tag': ownTag,
  'tag-ids': tagIds,
  'click-alias': clickAlias,
  'link-decoration': linkDecoration,
  'id-sync': idSync,
  declarative,
  'ga4-bridge': ga4Bridge,
  'identify-forms': identifyForms,
};

/** For pages that bundle the pixel themselves: the features that these settings use. */
export function featuresOf(settings: PixelSettings): Feature[] {
  return featureNames(settings).map((name) => FEATURES[name]);
}
