import { eventually, expect, SERVER_KEY, TAG_ID, test } from './fixtures.ts';

/**
 * Clients of Microsoft's API work when only their base URL is changed. Each request has the shape
 * that a known sender produces; it goes to the sandbox itself and to the collector, whose answer
 * must be the same, and what the collector then delivers must be correct.
 */

const CLICK = '292049a17e2413e3a4081719e839afe6';
const CLICK_DASHED = '292049a1-7e24-13e3-a408-1719e839afe6';
const HASH = 'ec81f3ac7b2b19675bab9d54cf416f9f18cff87c97da5cca82c0f0891bc40602';
const PAGE_LOAD = '7c1d9a52-4f0e-4c1b-8a77-2b6f7d0e5a90';

const now = () => Math.floor(Date.now() / 1000);

interface Row {
  name: string;
  /** Microsoft itself would lose something here: its answer is not ours. */
  mended?: true;
  body: () => Record<string, unknown>;
  status: number;
  /** What reaches Microsoft, beside id and time; by event id. */
  delivered: Record<string, Record<string, unknown>>;
}

const ROWS: Row[] = [
  {
    name: 'one event, options at the top level (server-side tag managers)',
    body: () => ({
      data: [
        {
          eventType: 'pageLoad',
          eventId: 'page-1',
          eventTime: now(),
          eventSourceUrl: `https://shop.example/?msclkid=${CLICK}`,
          pageLoadId: PAGE_LOAD,
          adStorageConsent: 'G',
          userData: {
            anonymousId: 'b171a9b06ce011ecafcd1b209be8601b',
            msclkid: CLICK,
            clientUserAgent: 'UA',
          },
        },
      ],
      continueOnValidationError: false,
      dataProvider: 'stape-gtmss-1.0.0',
    }),
    status: 200,
    delivered: { 'page-1': { pageLoadId: PAGE_LOAD, userData: { msclkid: CLICK_DASHED } } },
  },
  {
    name: 'options wrongly inside each event, and null for what is not known (customer-data platforms)',
    body: () => ({
      data: [
        {
          data_provider: 'SEGMENT',
          dataProvider: 'SEGMENT',
          continueOnValidationError: true,
          eventType: 'custom',
          eventId: 'order-1',
          eventName: 'purchase',
          eventTime: now(),
          eventSourceUrl: null,
          adStorageConsent: 'G',
          userData: { anonymousId: 'a-1', em: null, ph: null, msclkid: CLICK.toUpperCase() },
          customData: {
            value: 10,
            currency: 'EUR',
            searchTerm: null,
            items: [{ id: 'a', price: 10, quantity: 1 }],
          },
        },
      ],
    }),
    status: 200,
    delivered: {
      'order-1': {
        eventName: 'purchase',
        userData: { anonymousId: 'a-1', msclkid: CLICK_DASHED },
        customData: { value: 10, currency: 'EUR', items: [{ id: 'a', price: 10, quantity: 1 }] },
      },
    },
  },
  {
    name: 'a batch with upper-case hashes',
    body: () => ({
      data: ['b-1', 'b-2'].map((eventId) => ({
        eventType: 'custom',
        eventId,
        eventName: 'lead',
        eventTime: now(),
        userData: { em: HASH.toUpperCase(), externalId: 'c-1' },
      })),
      dataProvider: 'walkerOS',
      continueOnValidationError: true,
    }),
    status: 200,
    delivered: {
      'b-1': { userData: { em: HASH, externalId: 'c-1' } },
      'b-2': { userData: { em: HASH, externalId: 'c-1' } },
    },
  },
  {
    name: 'one invalid of two, the flag at the top level',
    body: () => ({
      data: [
        { eventType: 'custom', eventId: 'c-1', eventName: 'lead', userData: { anonymousId: 'a' } },
        {
          eventType: 'custom',
          eventId: 'c-2',
          eventName: 'lead',
          eventTime: now(),
          userData: { anonymousId: 'a' },
        },
      ],
      continueOnValidationError: true,
    }),
    status: 200,
    delivered: { 'c-2': { eventName: 'lead' } },
  },
  {
    name: 'one invalid of two, the flag only inside the events, where it does not count',
    body: () => ({
      data: [
        {
          eventType: 'custom',
          eventId: 'd-1',
          continueOnValidationError: true,
          userData: { anonymousId: 'a' },
        },
        { eventType: 'custom', eventId: 'd-2', eventTime: now(), userData: { anonymousId: 'a' } },
      ],
    }),
    status: 400,
    delivered: {},
  },
  {
    name: 'a field that draws a warning',
    body: () => ({
      data: [
        {
          eventType: 'custom',
          eventId: 'e-1',
          eventName: 'lead',
          eventTime: now(),
          referrerUrl: 'not an address',
          userData: { anonymousId: 'a' },
        },
      ],
    }),
    status: 200,
    delivered: { 'e-1': { eventName: 'lead' } },
  },
  {
    name: "the click id in the form of the UET tag's cookie",
    mended: true,
    body: () => ({
      data: [
        {
          eventType: 'custom',
          eventId: 'f-1',
          eventName: 'lead',
          eventTime: now(),
          userData: { anonymousId: 'a', msclkid: `_uet${CLICK}-1N` },
        },
      ],
    }),
    status: 200,
    delivered: { 'f-1': { userData: { anonymousId: 'a', msclkid: CLICK_DASHED } } },
  },
  { name: 'the credential probe', body: () => ({ data: [] }), status: 400, delivered: {} },
];

for (const { name, mended, body, status, delivered } of ROWS) {
  test(name, async ({ world: { sandbox, collectorUrl } }) => {
    const request = body();
    const theirs = await send(sandbox.url, 'sandbox-token', request);
    const ours = await send(collectorUrl, SERVER_KEY, request);
    expect(ours.status).toBe(status);
    if (!mended) expect(ours).toEqual(theirs);

    // The sandbox took the same events directly before: the second copies are the collector's.
    const ids = Object.keys(delivered);
    await eventually(() => sandbox.capiEvents().length).toBe(2 * ids.length);
    const copies = sandbox.capiEvents().slice(ids.length);
    expect(copies.map(({ eventId }) => eventId)).toEqual(ids);
    for (const { eventId, content } of copies) expect(content).toMatchObject(delivered[eventId!]!);
    // Nothing in the collector's own request that Microsoft would warn of or not know.
    if (ids.length > 0) expect(sandbox.requests().at(-1)).toMatchObject({ notes: [], details: [] });
  });
}

test('a wrong key and an unknown tag get the answer of Microsoft', async ({
  world: { sandbox, collectorUrl },
}) => {
  const request = ROWS[0]!.body();
  const theirs = await send(sandbox.url, 'wrong', request);
  expect(theirs.status).toBe(401);
  expect(await send(collectorUrl, 'wrong', request)).toEqual(theirs);
  expect(await send(collectorUrl, SERVER_KEY, request, '999')).toEqual(theirs);
});

/** Status and body, without the answer's own trace id. */
async function send(baseUrl: string, key: string, body: Record<string, unknown>, tagId = TAG_ID) {
  const response = await fetch(`${baseUrl}/v1/${tagId}/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  const { traceId, ...rest } = await response.json();
  expect(traceId).toEqual(expect.any(String));
  return { status: response.status, body: rest };
}
