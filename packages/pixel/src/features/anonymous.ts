import { clickIdNames } from '../capture/click-id.ts';
import { granted } from '../capture/consent.ts';
import { withoutClickId } from '../capture/without-click-id.ts';
import { on } from '../debug.ts';
import { settings } from '../settings.ts';
import type { Feature } from './feature.ts';

/** `whenDenied: 'anonymous'`: without consent, events go out with nothing of the visitor in them. */
const feature: Feature = () => {
  on('out?', (event) => {
    if (granted() || settings.consent.whenDenied !== 'anonymous') return;
    for (const field of ['eventSourceUrl', 'referrerUrl'] as const)
      if (event[field]) event[field] = withoutClickId(event[field], clickIdNames);
    return true;
  });
};

export default feature;
