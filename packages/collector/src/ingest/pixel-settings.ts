import { isDeepStrictEqual } from 'node:util';
import type { PixelSettings } from '@uet-capi/pixel';
import type { Config, Site } from '../config/config.ts';

/** What the pixel does without being told. */
const DEFAULTS: Record<string, unknown> = {
  eventsPath: 'e',
  scriptPath: 'c.js',
  uet: 'observe',
  idFromTransaction: ['purchase'],
  autoPage: true,
  mirror: true,
  clickIdParams: [],
  linkDomains: [],
  declarative: false,
  ga4: false,
  identifyForms: false,
};
const CONSENT_DEFAULTS = { source: 'auto', default: 'region', waitMs: 2_000, whenDenied: 'drop' };

/** Those settings that are there, and not the default: what every visitor loads costs no byte more. */
function besides<Settings extends object>(defaults: Record<string, unknown>, settings: Settings) {
  const told = Object.entries(settings).filter(
    ([name, value]) => value !== undefined && !isDeepStrictEqual(value, defaults[name]),
  );
  return Object.fromEntries(told) as Partial<Settings>;
}

/** What every visitor may know of a site's config. */
export function pixelSettings(site: Site, routes: Config['routes']): PixelSettings {
  const { tagId, uet, mode, testEndpoint, eventNames, idFromTransaction, mirror } = site;
  const { autoPage, clickIdParams, linkDomains, customerId, declarative, ga4, identifyForms } = site;
  const { source, default: preset, waitMs, whenDenied } = site.consent;
  const consent = besides(CONSENT_DEFAULTS, { source, default: preset, waitMs, whenDenied });
  return {
    tagId,
    ...besides(DEFAULTS, {
      // Beside the script, wherever that was loaded from.
      eventsPath: routes.events,
      scriptPath: routes.script,
      uet,
      // What is a test must not reach Microsoft by the browser either.
      tagScript:
        uet === 'own' && mode === 'test' && testEndpoint !== undefined
          ? new URL('/bat.js', testEndpoint).href
          : undefined,
      eventNames,
      idFromTransaction,
      autoPage,
      mirror,
      clickIdParams,
      linkDomains,
      customerId,
      declarative,
      ga4,
      identifyForms,
    }),
    ...(Object.keys(consent).length > 0 && { consent }),
  } as PixelSettings;
}
