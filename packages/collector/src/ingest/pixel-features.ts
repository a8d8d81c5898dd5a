import { featureNames } from '@uet-capi/pixel/feature-names';
import type { Config, Site } from '../config/config.ts';
import { pixelSettings } from './pixel-settings.ts';

/** The features that this site's settings use: what is off costs its visitors nothing. */
export function featuresOf(site: Site, routes: Config['routes']): string[] {
  // A test without a sandbox has no tag: Microsoft's would count it.
  const hasNoTag = site.mode === 'test' && !site.testEndpoint;
  return featureNames(pixelSettings(site, routes)).filter((name) => name !== 'own-tag' || !hasNoTag);
}
