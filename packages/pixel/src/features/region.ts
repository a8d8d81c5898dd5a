import { attempt } from '../attempt.ts';
import { needsConsent } from '../capture/region.ts';
import { settings } from '../settings.ts';
import type { Feature } from './feature.ts';

/** The consent default `region`: denied where the time zone says so, or says nothing. */
const feature: Feature = () => {
  const { consent } = settings;
  if ((consent.default || 'region') !== 'region') return;
  const zone = attempt(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  consent.default = needsConsent(zone) ? 'denied' : 'granted';
};

export default feature;
