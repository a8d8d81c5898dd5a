import { withoutClickId } from '../capture/without-click-id.ts';
import type { Feature } from './feature.ts';

/** `whenDenied: 'anonymous'`: without consent, events go out with nothing of the visitor in them. */
const feature: Feature = ({ settings, clickIdNames, consent, on }) =>
  on('out?', (event) => {
    if (consent() === 'granted' || settings.consent.whenDenied !== 'anonymous') return;
    for (const field of ['eventSourceUrl', 'referrerUrl'] as const)
      if (event[field]) event[field] = withoutClickId(event[field], clickIdNames);
    return true;
  });

export default feature;
