/** Correct events to spoil, one field at a time. */

export const NOW = Date.UTC(2026, 8, 1, 12);
export const NOW_S = NOW / 1_000;

/** SHA-256 of `john@contoso.com`. */
export const SHA = 'ec81f3ac7b2b19675bab9d54cf416f9f18cff87c97da5cca82c0f0891bc40602';
export const CLICK = '292049a1-7e24-13e3-a408-1719e839afe6';
export const PAGE = '7c1d9a52-4f0e-4c1b-8a77-2b6f7d0e5a90';

export type Fields = Record<string, unknown>;

export const custom = (fields: Fields = {}): Fields => ({
  eventType: 'custom',
  eventName: 'purchase',
  eventId: 'order-1',
  eventTime: NOW_S,
  userData: { anonymousId: 'v' },
  ...fields,
});

export const pageLoad = (fields: Fields = {}): Fields => ({
  eventType: 'pageLoad',
  eventTime: NOW_S,
  eventSourceUrl: 'https://shop.example/',
  userData: { anonymousId: 'v' },
  ...fields,
});

/** A custom event with further fields of its user. */
export const withUser = (fields: Fields): Fields => custom({ userData: { anonymousId: 'v', ...fields } });

/** A custom event with these parameters. */
export const withData = (fields: Fields): Fields => custom({ customData: fields });
