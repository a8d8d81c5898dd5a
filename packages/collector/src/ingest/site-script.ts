import type { Config, Site } from '../config/config.ts';
import { featuresOf } from './pixel-features.ts';
import { bakeScript, type PixelBuild } from './pixel-script.ts';
import { pixelSettings } from './pixel-settings.ts';

/** What `GET /c.js` serves for a site, without encoding. */
export function siteScript(pixel: PixelBuild, site: Site, routes: Config['routes']): string {
  return bakeScript(pixel, pixelSettings(site, routes), featuresOf(site, routes));
}
