import { randomUUID } from 'node:crypto';
import { openSqliteStore } from '../../packages/collector/dist/store/sqlite/sqlite-store.js';
import { TAG_ID } from './site.mjs';

/**
 * A store as a month leaves it: page loads and the steps to a purchase of one site, most of them accepted;
 * of another site, whose tag is paused, everything waits.
 */

export const SITES = ['shop', 'blog'];
export const DESTINATIONS = [`uet-capi:${TAG_ID}`, 'uet-capi:97000002'];

/** A name that ten events have, however many there are. */
export const RARE_NAME = 'book_appointment';
const RARE_EVENTS = 10;

/** Events per transaction. */
const GROUP = 5_000;

const DAY_MS = 86_400_000;
/** Younger than what a collector with default settings removes at its start. */
const SPAN_MS = 28 * DAY_MS;

/** One event in so many. */
const EVERY = {
  waiting: 10,
  skipped: 33,
  server: 20,
  warned: 100,
  rejected: 500,
  dead: 5_000,
  expired: 20_000,
};

/** By the last digit of its number: six page loads of ten, and so on. */
const NAMES = ['', '', '', '', '', '', 'view_item', 'view_item', 'add_to_cart', 'purchase'];

/**
 * @param {string} dataDir
 * @param {number} count
 * @param {number} now ms; the newest event arrived then
 * @returns {Promise<string>} the event id of one in the middle
 */
export async function fillArchive(dataDir, count, now) {
  const store = await openSqliteStore({ dataDir });
  let wanted;
  for (let from = 0; from < count; from += GROUP) {
    const length = Math.min(GROUP, count - from);
    const events = Array.from({ length }, (_, i) => event(from + i, count, now));
    wanted ??= from >= count / 2 ? events[0].eventId : undefined;
    const at = events[0].receivedAt;
    await store.append({ now: at, events, tagPageLoads: [], memories: [], withdrawals: [] });
    await deliver(store, at + GROUP);
  }
  await store.pause(DESTINATIONS[1], 'The token is refused.', now, now);
  await store.close();
  return wanted;
}

async function deliver(store, now) {
  const lease = randomUUID();
  const [destination] = DESTINATIONS;
  const request = {
    destination,
    now,
    maxEvents: GROUP,
    maxBytes: 50_000_000,
    leaseUntil: now + 60_000,
    lease,
  };
  const { events } = await store.claim(request);
  const outcomes = events.map(({ seq }) => outcomeOf(seq));
  await store.settle({ destination, lease, now: now + 400, outcomes });
}

function outcomeOf(seq) {
  const why = { code: 'InvalidValue', message: 'customData.value must not be negative.' };
  for (const state of ['expired', 'dead', 'rejected']) {
    if (seq % EVERY[state] === 0) return { seq, state, ...why };
  }
  const warning = { path: 'userData.em', code: 'InvalidHash', message: 'userData.em was removed.' };
  return { seq, state: 'accepted', warnings: seq % EVERY.warned === 0 ? [warning] : [] };
}

function event(number, count, now) {
  const eventId = randomUUID();
  const visitor = eventId.replaceAll('-', '');
  const receivedAt = now - Math.floor(SPAN_MS * (1 - (number + 1) / count));
  const site = number % EVERY.waiting === 3 ? 1 : 0;
  const isRare = number % Math.ceil(count / RARE_EVENTS) === 0;
  const name = isRare ? RARE_NAME : NAMES[Math.floor(number / 7) % NAMES.length];
  const isSkipped = number % EVERY.skipped === 0;
  return {
    site: SITES[site],
    tagId: DESTINATIONS[site].slice('uet-capi:'.length),
    name,
    eventId,
    source: number % EVERY.server === 0 ? 'server' : 'pixel',
    receivedAt,
    expiresAt: receivedAt + 7 * DAY_MS,
    wire: JSON.stringify({
      eventType: name === '' ? 'pageLoad' : 'custom',
      eventId,
      ...(name !== '' && { eventName: name }),
      eventTime: Math.floor(receivedAt / 1_000) - 1,
      eventSourceUrl: 'https://www.shop.example/checkout/thanks?order=100045',
      pageLoadId: eventId,
      referrerUrl: 'https://www.shop.example/checkout/pay',
      pageTitle: 'Thank you',
      adStorageConsent: 'G',
      userData: {
        anonymousId: visitor,
        msclkid: eventId,
        clientUserAgent:
          'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0',
        clientIpAddress: '203.0.113.7',
      },
      customData: { value: 75.3, currency: 'EUR', transactionId: String(number), itemIds: ['a', 'b'] },
    }),
    keys: [`visitor:${visitor}`],
    notes: [],
    route: isSkipped
      ? { skipped: 'bot: user-agent' }
      : { destination: DESTINATIONS[site], dueAt: receivedAt, held: false },
  };
}
