import type { PixelSettings } from '@uet-capi/pixel';
import type { Config, Site } from '../config/config.ts';

/** What every visitor may know of a site's config. */
export function pixelSettings(site: Site, routes: Config['routes']): PixelSettings {
  const { tagId, uet, eventNames, idFromTransaction, consent } = site;
  const {
    mode,
    testEndpoint,
    mirror,
    clickIdParams,
    linkDomains,
    customerId,
    declarative,
    ga4,
    identifyForms,
  } = site;
  return {
    tagId,
    // Beside the script, wherever that was loaded from.
    eventsPath: routes.events,
    ...(routes.script !== 'c.js' && { scriptPath: routes.script }),
    uet,
    // What is a test must not reach Microsoft by the browser either.
    ...(uet === 'own' &&
      mode === 'test' &&
      testEndpoint !== undefined && { tagScript: new URL('/bat.js', testEndpoint).href }),
    ...(eventNames !== undefined && { eventNames }),
    idFromTransaction,
    // What is off by default, or absent, costs no byte.
    ...(!mirror && { mirror }),
    ...(clickIdParams.length > 0 && { clickIdParams }),
    ...(linkDomains.length > 0 && { linkDomains }),
    ...(customerId !== undefined && { customerId }),
    ...(declarative && { declarative }),
    ...(ga4 && { ga4 }),
    ...(identifyForms && { identifyForms }),
    consent: {
      default: consent.default,
      waitMs: consent.waitMs,
      whenDenied: consent.whenDenied,
      ...(consent.source !== 'auto' && { source: consent.source }),
    },
  };
}
