import type { PixelSettings } from '@uet-capi/pixel';
import type { Config, Site } from '../config/resolve.ts';

/** What every visitor may know of a site's config. */
export function pixelSettings(site: Site, routes: Config['routes']): PixelSettings {
  const { tagId, uet, eventNames, idFromTransaction, consent } = site;
  return {
    tagId,
    // Beside the script, wherever that was loaded from.
    eventsPath: routes.events,
    uet,
    ...(eventNames !== undefined && { eventNames }),
    idFromTransaction,
    consent: { default: consent.default, waitMs: consent.waitMs, whenDenied: consent.whenDenied },
  };
}
