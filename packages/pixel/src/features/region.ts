import { attempt } from '../attempt.ts';
import { needsConsent } from '../capture/region.ts';
import { on } from '../debug.ts';
import { settings } from '../settings.ts';
import type { Feature } from './feature.ts';

/**
 * The consent default `region`: denied where the time zone says so, or says nothing. It answers
 * behind the sources, and asks for the zone when it counts only: the first question of a page takes
 * the browser 20 to 30 ms.
 */
const feature: Feature = () => {
  let isDenied: boolean | undefined;
  on('consent?', (called, isWaitOver) => {
    if (called || !isWaitOver || (settings.consent.default || 'region') !== 'region') return;
    if (isDenied === undefined)
      isDenied = needsConsent(attempt(() => Intl.DateTimeFormat().resolvedOptions().timeZone));
    return isDenied ? 'denied' : 'granted';
  });
};

export default feature;
