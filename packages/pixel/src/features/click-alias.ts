import { clickIdNames } from '../capture/click-id.ts';
import { settings } from '../settings.ts';
import type { Feature } from './feature.ts';

/**
 * The click id under the site's own parameter names (`clickIdParams`): some redirects rename
 * `msclkid`, and some browsers remove it.
 */
const feature: Feature = () => {
  for (const name of String(settings.clickIdParams).split(',')) {
    clickIdNames.push(name.replace(/\W/g, '\\$&'));
  }
};

export default feature;
