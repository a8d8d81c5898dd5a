import { randomUUID } from 'node:crypto';
import { openSqliteStore } from '../../packages/collector/dist/store/sqlite/sqlite-store.js';
import { TAG_ID } from './site.mjs';

/** The queue of the tag. */
export const DESTINATION = `uet-capi:${TAG_ID}`;

/** Events per transaction. */
const GROUP = 1_000;

const DAY_MS = 86_400_000;

/** Makes a data directory in which so many events are due, as an outage leaves them. */
export async function fillBacklog(dataDir, count) {
  const store = await openSqliteStore({ dataDir });
  const now = Date.now();
  for (let from = 0; from < count; from += GROUP) {
    const events = Array.from({ length: Math.min(GROUP, count - from) }, (_, i) => event(from + i, now));
    await store.append({ now, events, tagPageLoads: [], memories: [], withdrawals: [] });
  }
  await store.close();
}

/** One of a backlog. */
export function event(number, now) {
  const eventId = randomUUID();
  const visitor = eventId.replaceAll('-', '');
  const receivedAt = now - 3_600_000 + Math.floor(number / 100);
  return {
    site: 'shop',
    tagId: TAG_ID,
    name: 'purchase',
    eventId,
    source: 'pixel',
    receivedAt,
    expiresAt: receivedAt + 7 * DAY_MS,
    wire: JSON.stringify({
      eventType: 'custom',
      eventId,
      eventName: 'purchase',
      eventTime: Math.floor(receivedAt / 1_000),
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
    route: { destination: DESTINATION, dueAt: receivedAt, held: false },
  };
}
