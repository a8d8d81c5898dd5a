import { needsConsent } from '../capture/region.ts';
import type { Feature } from './feature.ts';

/** The consent default `region`: denied where the time zone says so, or says nothing. */
const feature: Feature = ({ settings: { consent }, attempt }) => {
  if ((consent.default || 'region') !== 'region') return;
  const zone = attempt(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  consent.default = needsConsent(zone) ? 'denied' : 'granted';
};

export default feature;
