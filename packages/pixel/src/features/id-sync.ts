import { attempt } from '../attempt.ts';
import { granted } from '../capture/consent.ts';
import { identities, identityOf } from '../capture/identity.ts';
import { visitor } from '../capture/visitor.ts';
import { on } from '../debug.ts';
import { capi } from '../pixel.ts';
import { settings } from '../settings.ts';
import type { Feature } from './feature.ts';

/** What was synced in this session. */
const STORAGE_KEY = '_capi_sync';

/**
 * Tells Microsoft's cookie which visitor this is (`customerId`): an image, once per session and
 * again when the visitor's ids are others. Only with consent, and not before the pixel is ready.
 */
const feature: Feature = () => {
  capi.ready.then(() => {
    let synced = attempt(() => sessionStorage.getItem(STORAGE_KEY));
    on('erased', () => {
      synced = '';
      attempt(() => sessionStorage.removeItem(STORAGE_KEY));
    });
    const sync = () => {
      if (!granted()) return;
      const { externalId } = identityOf(identities);
      const url =
        `https://c.bing.com/c.gif?Red3=BACID_${settings.customerId}&vid=${visitor()}` +
        (externalId ? `&uid=${encodeURIComponent(externalId)}` : '');
      if (url === synced) return;
      synced = url;
      attempt(() => sessionStorage.setItem(STORAGE_KEY, url));
      new Image().src = url;
    };
    on('consent', sync);
    sync();
  });
};

export default feature;
