import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  alive,
  beaconsArrived,
  counted,
  keepBeacons,
  loader,
  type TellingWindow,
} from '../test-support/tag.ts';
import { useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

const visits = useVisits();
const TAG = '123456';
const OTHER = '999999';
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  sandbox.reset();
  Object.assign(visits.site, {
    settings: { tagId: TAG, consent: { default: 'granted', waitMs: 0 } },
    features: ['tag-page', 'sales', 'mirror', 'tag-ids'],
  });
  await keepBeacons(visits.context);
});

const PIXEL = '<script src="/m/c.js"></script>';
const script = (code: string) => `<script>${code}</script>`;
const tag = (options: object = {}) => loader(sandbox, { tagId: TAG, ...options });
/** In a page of `open`: the loader of our tag. */
const LOADER = '<loader>';
const queue = (code: string) => script(`window.uetq = window.uetq || []; ${code}`);
const lead = (name: string) =>
  `uetq.push('event', '${name}', { event_label: 'l', revenue_value: 5, currency: 'EUR' });`;

/** Opens a page of this HTML; the tag is alive. */
async function open(html: string) {
  visits.site.pages['/'] = { stub: false, script: html.replace(LOADER, () => tag()) };
  const page = await visits.visit();
  await alive(page);
  return page;
}
const run = (page: Page, code: string) => page.evaluate(code);
const count = (page: Page) => counted(page, visits.site, sandbox, TAG);
const copies = () => visits.site.events().filter(({ eventType }) => eventType === 'custom');

describe('a site with only its own pushes', () => {
  test.each([
    ['the tag first', `${queue(lead('a'))}${LOADER}${PIXEL}${script(lead('b'))}`],
    ['us first', `${PIXEL}${queue(lead('a'))}${LOADER}${script(lead('b'))}`],
    ['us between', `${queue(lead('a'))}${PIXEL}${script(lead('b'))}${LOADER}`],
    [
      'a queue that is a variable',
      `${script(`var uetq = window.uetq || []; ${lead('a')}`)}${PIXEL}${script(lead('b'))}${LOADER}`,
    ],
  ])('%s: each event by both ways, counted once', async (_, html) => {
    const page = await open(html);
    await run(page, lead('c'));
    expect(await count(page)).toEqual(['a uet,capi', 'b uet,capi', 'c uet,capi']);
    expect(copies()).toHaveLength(3);
    expect(sandbox.conversions().map(({ value }) => value)).toEqual([5, 5, 5]);
  });

  test('what the tag had before we came is left alone, what follows is not', async () => {
    const page = await open(`${queue(lead('a'))}${LOADER}`);
    await page.addScriptTag({ url: '/m/c.js' });
    await run(page, lead('b'));
    expect(await count(page)).toEqual(['a uet', 'b uet,capi']);
  });

  test('calls without parameters, and with an id of their own', async () => {
    const page = await open(
      `${queue(`uetq.push('event', 'bare'); uetq.push('event', 'own', { event_id: 'E-1' })`)}${PIXEL}${LOADER}`,
    );
    await run(page, `uetq.push('event', 'late'); uetq.push('event', 'number', { event_id: 7 })`);
    expect(await count(page)).toEqual(['bare uet,capi', 'late uet,capi', 'number uet,capi', 'own uet,capi']);
    const id = (name: string) => copies().find(({ eventName }) => eventName === name)?.eventId;
    expect([id('own'), id('number')]).toEqual(['E-1', '7']);
  });
});

describe('left alone', () => {
  const OLD = `uetq.push({ ea: 'old', ec: 'c', gv: 3 }); uetq.push({ ec: 'nameless' });`;
  const NO_EVENTS = `uetq.push('event', '', {}); uetq.push('event', '', { unknown: 1 }); uetq.push('set', { pid: {} });
    uetq.push('event', 'page_view', {}); uetq.push('event', 5, {}); uetq.push(); uetq.push(null); uetq.push('word');`;

  test.each([
    ['queued', 'before'],
    ['pushed', 'after'],
  ])('%s old objects, page loads, empty events: the tag sends what it sends without us', async (_, when) => {
    const sent = async (pixel: string) => {
      sandbox.reset();
      const code = OLD + NO_EVENTS;
      const page = await open(`${pixel}${queue(when === 'before' ? code : '')}${LOADER}`);
      if (when === 'after') await run(page, code);
      await run(page, `uetq.push({ ea: 'last' })`);
      await page.waitForFunction(() =>
        (window as TellingWindow).beacons?.some((beacon) => /ea=last/.test(beacon)),
      );
      await beaconsArrived(page, sandbox);
      // Beacons overtake each other.
      return sandbox
        .conversions()
        .map(({ eventName, eventId }) => `${eventName} ${eventId}`)
        .sort();
    };
    const alone = await sent('');
    const mirrored = await sent(PIXEL);
    expect(mirrored).toEqual(alone);
    expect(alone.length).toBeGreaterThan(2);
    expect(copies()).toEqual([]);
  });

  test('the half of an event that the tag reads in its old form', async () => {
    const page = await open(`${PIXEL}${queue(`uetq.push('event', 'mixed', { ea: 'x', ev: 1 })`)}${LOADER}`);
    await run(page, `uetq.push('event', 'late', { ea: 'x', event_value: 1 })`);
    expect(await count(page)).toEqual(['late uet,capi', 'mixed uet,capi', 'x uet']);
  });

  test('a second tag with a queue of its own', async () => {
    const second = tag({ tagId: OTHER, queue: 'uetq2' });
    const page = await open(`${PIXEL}${queue(lead('a'))}${LOADER}${second}`);
    await alive(page, 'uetq2');
    await run(page, `uetq2.push('event', 'theirs', { event_label: 'x' }); ${lead('b')}`);
    expect(await count(page)).toEqual(['a uet,capi', 'b uet,capi']);
  });

  test('a second tag that takes the queue over, and gives it back', async () => {
    const page = await open(`${PIXEL}${queue(lead('a'))}${LOADER}`);
    const take = (id: string) => `uetq = new UET({ ti: '${id}', q: uetq }); uetq.push('pageLoad')`;
    await run(page, take(OTHER));
    await alive(page);
    await run(page, lead('theirs'));
    await run(page, take(TAG));
    await alive(page);
    await run(page, lead('b'));
    expect(await count(page)).toEqual(['a uet,capi', 'b uet,capi']);
    expect(sandbox.conversions().find(({ tagId }) => tagId === OTHER)).toMatchObject({
      eventName: 'theirs',
      eventId: null,
      channels: ['uet'],
    });
  });

  test('what the tag of another id took out of the common queue', async () => {
    const page = await open(`${PIXEL}${queue(lead('theirs'))}${tag({ tagId: OTHER })}`);
    await run(page, `uetq = new UET({ ti: '${TAG}', q: uetq }); uetq.push('pageLoad')`);
    await alive(page);
    await run(page, lead('b'));
    expect(await count(page)).toEqual(['b uet,capi']);
  });

  test('our own events go once', async () => {
    const page = await open(`${PIXEL}${script(`capi.track('early', { value: 1 })`)}${LOADER}`);
    await run(page, `capi.track('late', { value: 2 })`);
    expect(await count(page)).toEqual(['early uet,capi', 'late uet,capi']);
    expect(copies()).toHaveLength(2);
  });
});

describe('one transaction', () => {
  const MANAGER = `uetq.push('event', 'purchase', { transaction_id: 'T-1', revenue_value: 9, currency: 'EUR' });`;
  const TRACK = `capi.track('purchase', { transactionId: 'T-1', value: 9, currency: 'EUR' });`;

  test.each([
    ['the tag manager first', MANAGER + TRACK],
    ['track first', TRACK + MANAGER],
  ])('%s: counted once, also when the page is loaded again', async (_, code) => {
    const html = `${PIXEL}${queue(code)}${LOADER}`;
    let page = await open(html);
    expect(await count(page)).toEqual(['purchase uet,capi']);
    page = await open(html);
    await run(page, code);
    await run(page, lead('afterwards'));
    expect(await count(page)).toEqual(['afterwards uet,capi', 'purchase uet,capi']);
    expect(copies().map(({ eventId }) => eventId)).toEqual(['T-1', expect.stringMatching(/-/)]);
  });
});

test('the copy says what the beacon says; the parameters of the page stay as they are', async () => {
  const page = await open(`${PIXEL}${LOADER}`);
  const given = `{ revenue_value: '1,234.5', currency: 'EUR', event_category: 'c', event_value: 2, transaction_id: 'T',
    ecomm_prodid: ['p'], ecomm_pagetype: 'cart', ecomm_totalvalue: 3, ecomm_category: 'k', ecomm_query: 'q',
    items: [{ id: 'i', quantity: 2, price: 1.5 }], value: 77 }`;
  const after = await run(
    page,
    `const given = ${given}; const items = given.items; uetq.push('event', 'all', given);
     uetq.push('event', 'hotel', { currency: 'EUR', hct_total_price: 9, hct_booking_xref: 'x', hct_length_of_stay: 2 });
     uetq.push('event', 'purchase', { ecomm_pagetype: 'purchase', ecomm_totalvalue: 4, currency: 'EUR' });
     uetq.push('event', '', { revenue_value: 6, currency: 'EUR' });
     [given, given.items === items]`,
  );
  expect(await count(page)).toEqual(['all uet,capi', 'hotel uet,capi', 'null uet,capi', 'purchase uet,capi']);
  const data = (name?: string) => copies().find(({ eventName }) => eventName === name)?.customData;
  expect(data('all')).toEqual({
    value: 1234.5,
    currency: 'EUR',
    eventCategory: 'c',
    eventValue: 2,
    transactionId: 'T',
    itemIds: ['p'],
    pageType: 'cart',
    ecommTotalValue: 3,
    ecommCategory: 'k',
    searchTerm: 'q',
    items: [{ id: 'i', quantity: 2, price: 1.5 }],
  });
  expect(data('hotel')).toEqual({
    currency: 'EUR',
    hotelData: { totalPrice: 9, bookingHref: 'x', lengthOfStay: 2 },
  });
  expect(data('purchase')).toMatchObject({ value: 4 });
  expect(data()).toEqual({ value: 6, currency: 'EUR' });
  const values = sandbox.conversions().map(({ eventName, value }) => `${eventName} ${value}`);
  expect(values.sort()).toEqual(['all 1234.5', 'hotel null', 'null 6', 'purchase 4']);
  expect(after).toEqual([expect.not.objectContaining({ event_id: expect.anything() }), true]);
});

describe('consent', () => {
  test('while unknown the push goes at once, with its id; the copy waits', async () => {
    visits.site.settings.consent = { default: 'denied', waitMs: 60_000 };
    const page = await open(`${PIXEL}${LOADER}`);
    await run(page, lead('a'));
    await waitUntil('the beacon', () => sandbox.conversions().length === 1);
    expect(sandbox.conversions()[0]?.eventId).toBeTruthy();
    expect(visits.site.requests).toEqual([]);
    await run(page, `capi.consent('granted')`);
    expect(await count(page)).toEqual(['a uet,capi']);
  });

  test('denied: neither copy nor id', async () => {
    visits.site.settings.consent = { default: 'denied', waitMs: 0 };
    const page = await open(`${PIXEL}${LOADER}`);
    await run(page, 'capi.ready');
    await run(page, lead('a'));
    await waitUntil('the beacon', () => sandbox.conversions().length === 1);
    expect(sandbox.conversions()[0]?.eventId).toBeNull();
    await run(page, 'capi.flush()');
    expect(visits.site.requests).toEqual([]);
  });
});

test('what the tag throws reaches the page that caused it, and the tag works on', async () => {
  const page = await open(`${PIXEL}${LOADER}`);
  const thrown = await run(
    page,
    `try { uetq.push('event', 'bad', { currency: 'EURO' }) } catch (error) { error }`,
  );
  expect(thrown).toMatch(/currency/);
  await run(page, lead('good'));
  expect(await count(page)).toContain('good uet,capi');
});

test('hostile parameters do not reach the page as an error of ours', async () => {
  const page = await open(`${PIXEL}${LOADER}`);
  await run(
    page,
    `window.own = uetq.push; Object.freeze(window.frozen = { event_label: 'x' });
    uetq.push('event', 'frozen', frozen);`,
  );
  expect(await count(page)).toEqual(['frozen uet,capi']);
});

test.each(['data-mirror="false"', 'data-uet="off"'])(
  'a page that has it off (%s): its pushes are left as they are',
  async (attribute) => {
    const pixel = PIXEL.replace(' src', ` ${attribute} src`);
    const page = await open(`${pixel}${queue(lead('a'))}${LOADER}`);
    await run(page, lead('b'));
    await waitUntil('the beacons', () => sandbox.conversions().length === 2);
    await run(page, `capi.track('after')`);
    await waitUntil('the event after them', () => copies().some(({ eventName }) => eventName === 'after'));
    expect(copies().map(({ eventName }) => eventName)).toEqual(['after']);
    const tagged = sandbox.conversions().filter(({ eventName }) => eventName !== 'after');
    expect(tagged.map(({ eventId }) => eventId)).toEqual([null, null]);
  },
);
