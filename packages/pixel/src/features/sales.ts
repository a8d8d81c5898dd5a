import { attempt } from '../attempt.ts';
import { granted } from '../capture/consent.ts';
import { on } from '../debug.ts';
import { load, save } from '../queue/store.ts';
import { settings } from '../settings.ts';
import type { Feature } from './feature.ts';

/** Sales that already went out, so that a reloaded thank-you page counts nothing again. */

const STORAGE_KEY = '_capi_sales';

/** More than a visitor reloads, and small: the newest keys are kept. */
const MAX_KEYS = 50;

const feature: Feature = () => {
  let memory: unknown[] = [];

  on('out?', ({ eventName, eventId, customData }) => {
    // Only ids of transactions come again.
    if (!granted() || !customData || !eventId || customData.transactionId !== eventId) return;
    const key = JSON.stringify([`${settings.tagId}`, eventName, eventId]);
    // What is no list throws.
    const keys = attempt(() => [...load<unknown[]>(STORAGE_KEY)!]) || memory;
    if (keys.includes(key)) return false;
    memory = [...keys, key].slice(-MAX_KEYS);
    save(STORAGE_KEY, JSON.stringify(memory));
    return;
  });
  on('erased', () => {
    memory = [];
  });
};

export default feature;
