import type { Feature } from './feature.ts';

/** What was synced in this session. */
const STORAGE_KEY = '_capi_sync';

/**
 * Tells Microsoft's cookie which visitor this is (`customerId`): an image, once per session and
 * again when the visitor's ids are others. Only with consent, and not before the pixel is ready.
 */
const feature: Feature = ({ settings, capi, attempt, consent, on, visitor, identity }) => {
  capi.ready.then(() => {
    let synced = attempt(() => sessionStorage.getItem(STORAGE_KEY));
    on('erased', () => {
      synced = '';
      attempt(() => sessionStorage.removeItem(STORAGE_KEY));
    });
    const sync = () => {
      if (consent() !== 'granted') return;
      const { externalId } = identity();
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
