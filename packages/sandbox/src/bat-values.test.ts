import { describe, expect, test } from 'vitest';
import { batSuite } from './test-support/bat-suite.ts';
import { TAG } from './test-support/capi.ts';
import { until } from './test-support/until.ts';

const suite = batSuite();

describe('event_id', () => {
  const push = `uetq.push('event', 'purchase', { event_id: 'order 1/ü', revenue_value: 75.3, currency: 'EUR', surprise: 'x' })`;

  test('goes out with custom events; unknown parameters do not', async () => {
    const { run, told } = await suite.shop.visit();
    await run(push);
    const [load, purchase] = await told();
    expect(purchase).toMatchObject({ event_id: 'order 1/ü', gv: '75.3', gc: 'EUR' });
    expect(purchase).not.toHaveProperty('surprise');
    expect(load).not.toHaveProperty('event_id');
    await until(() => suite.sandbox.conversions()[0]?.eventId === 'order 1/ü', 'the event id arrived');
  });

  test('is dropped by an older build', async () => {
    const { sandbox, shop } = await suite.another({ eventId: false });
    const { run, told } = await shop.visit();
    await run(push);
    expect((await told())[1]).toMatchObject({ ea: 'purchase', gv: '75.3' });
    expect((await told())[1]).not.toHaveProperty('event_id');
    await until(() => sandbox.conversions().length === 1, 'the purchase arrived');
    expect(sandbox.conversions()[0]?.eventId).toBeNull();
  });
});

test('an action that is called like a member of every object is one like any other', async () => {
  const { run, told } = await suite.shop.visit();
  await run(`uetq.push('event', 'constructor', { event_label: 'x' })`);
  expect((await told())[1]).toMatchObject({ ea: 'constructor', el: 'x' });
});

describe('values', () => {
  const rows: [string, params: string, beacon: Record<string, string>][] = [
    ['numbers are cut to three decimals', `{ revenue_value: 1.23456 }`, { gv: '1.235' }],
    ['thousands separators go', `{ revenue_value: '1,234.5' }`, { gv: '1234.5' }],
    ['currency keeps its case', `{ currency: 'eur' }`, { gc: 'eur' }],
    ['page type is lower-cased', `{ ecomm_pagetype: 'CART' }`, { pagetype: 'cart' }],
    [
      'product ids are joined and encoded twice',
      `{ ecomm_prodid: ['a b', 7, null], ecomm_pagetype: 'cart' }`,
      { prodid: 'a%20b,7' },
    ],
    [
      'items become text',
      `{ items: [{ id: 'a&b', price: 1.23456, quantity: 2, colour: 'x' }, { id: 'c' }] }`,
      { items: 'id=a%26b&price=1.235&quantity=2,id=c' },
    ],
    [
      'the total of a purchase is its revenue',
      `{ ecomm_pagetype: 'purchase', ecomm_totalvalue: 9 }`,
      { gv: '9' },
    ],
    [
      'a hotel',
      `{ hct_total_price: 100, currency: 'EUR', hct_checkin_date: '2026-12-24', hct_length_of_stay: 3 }`,
      { hct_total_price: '100', hct_checkin_date: '2026-12-24', hct_length_of_stay: '3' },
    ],
    [
      'transaction and search term',
      `{ transaction_id: 't1', search_term: 'wall clock' }`,
      { transaction_id: 't1', search_term: 'wall clock' },
    ],
    ['a new customer', `{ new_customer: true }`, { nca: '1' }],
  ];
  test('as they should be', async () => {
    const { run, told } = await suite.shop.visit();
    for (const [, params] of rows) await run(`uetq.push('event', 'purchase', ${params})`);
    const [, ...beacons] = await told();
    for (const [i, [name, , expected]] of rows.entries()) expect(beacons[i], name).toMatchObject(expected);
  });

  test('only ea=purchase makes a total into revenue', async () => {
    const { run, told } = await suite.shop.visit();
    await run(`uetq.push('event', 'order', { ecomm_pagetype: 'purchase', ecomm_totalvalue: 9 })`);
    expect((await told())[1]).not.toHaveProperty('gv');
  });

  test('the object that was pushed is changed', async () => {
    const { run } = await suite.shop.visit();
    const source = `{ const params = { ecomm_prodid: ['a', 'b'], ecomm_pagetype: 'cart', items: [{ id: 'a', price: 2 }] };
      uetq.push('event', 'add_to_cart', params); params }`;
    expect(await run(source)).toEqual({
      event_action: 'add_to_cart',
      ecomm_prodid: 'a,b',
      ecomm_pagetype: 'cart',
      items: ['id=a&price=2'],
    });
  });

  test('parameters of `set` complete the events that know them', async () => {
    const { run, told } = await suite.shop.visit({ before: `uetq.push('set', { currency: 'EUR' })` });
    await run(
      `uetq.push('event', 'purchase', { revenue_value: 1 }); uetq.push('event', 'other', { event_value: 1 })`,
    );
    const [, purchase, other] = await told();
    expect(purchase).toHaveProperty('gc', 'EUR');
    expect(other).not.toHaveProperty('gc');
  });

  test('hashes of e-mail and phone; after the page load in a beacon of their own', async () => {
    const { run, told } = await suite.shop.visit();
    await run(
      `uetq.push('set', { pid: { email: ' Jane.Doe+Shopping@contoso.com', phone_number: '1 (425) 555-1234' } })`,
    );
    const pid = (await suite.arrived(2)).find(({ evt }) => evt === 'pid');
    const hashes =
      'em=62a8040a00736e70808e43009b5c63c4f6229ced98f486d0968441b292b9858a&ph=c59475d96e9f01d7d18d06cfad84dd02333207f02c0c2c5663ef2782cda0390e';
    expect(pid).toMatchObject({ evt: 'pid', pid: hashes });
    expect(await told()).toHaveLength(1);
    await run(
      `uetq.push('event', 'lead', {}); uetq.push('set', { pid: { em: 'no mail', ph: '+4721234567' } })`,
    );
    expect((await told())[1]).toMatchObject({ ea: 'lead', pid: hashes });
  });

  test('an address that is too long loses what matters least first', async () => {
    const { run, told } = await suite.shop.visit({ path: '/a' });
    await run(
      `document.title = 't'.repeat(3000); uetq.push('event', 'page_view', { page_path: '/' + 'y'.repeat(1500) })`,
    );
    const [, load] = await told();
    expect(load?.r).toMatch(/\/a$/);
    for (const dropped of ['page_path', 'kw', 'p']) expect(load).not.toHaveProperty(dropped);
    expect(load).toHaveProperty('tl');
    const beacons = await suite.arrived(2);
    expect(beacons).toContainEqual(expect.objectContaining({ spa: 'Y', mid: load?.mid }));
    for (const { path } of suite.sandbox.requests()) expect(path.length).toBeLessThan(4096);
  });
});

describe('invalid values', () => {
  const rows: [params: string, message: string][] = [
    [`{ currency: 'euro' }`, 'currency value must be ISO standard currency code'],
    [`{ currency: '' }`, 'currency value must be ISO standard currency code'],
    [`{ revenue_value: -1 }`, 'revenue_value cannot be less than 0'],
    [`{ event_value: 1e12 }`, 'event_value cannot be greater than 999999999999'],
    [`{ revenue_value: 'free' }`, 'revenue_value should be a number'],
    [`{ revenue_value: '' }`, 'revenue_value should be a number'],
    [`{ ecomm_pagetype: 'checkout' }`, 'ecomm_pagetype value must be one of the allowed values'],
    [`{ ecomm_prodid: 'a' }`, 'The pagetype parameter is required when you include the prodid parameter.'],
    [
      `{ ecomm_prodid: 'a'.repeat(51), ecomm_pagetype: 'cart' }`,
      'The prodid value must be within 1 to 50 characters.',
    ],
    [`{ ecomm_prodid: [], ecomm_pagetype: 'cart' }`, 'The prodid value must be within 1 to 50 characters.'],
    [`{ items: [] }`, 'items must be an array with 1+ elements'],
    [`{ items: 'a' }`, 'items must be an array with 1+ elements'],
    [`{ hct_checkin_date: '24.12.2026' }`, 'hct_checkin_date value must be in YYYY-MM-DD date format'],
    [
      `{ hct_partner_hotel_id: 'h' }`,
      'The hotel total price (hct_total_price) and currency parameters are required when you include other hotel parameters.',
    ],
    [`{ hct_length_of_stay: 31 }`, 'hct_length_of_stay cannot be greater than 30'],
    [
      `{ hct_total_price: 1, currency: 'EUR', revenue_value: 1 }`,
      'The variable revenue parameter (revenue_value) cannot be sent when you include other hotel parameters.',
    ],
  ];
  test('throw at the caller, are told to the page, and do no lasting harm after loading', async () => {
    const { run, told } = await suite.shop.visit();
    for (const [params, message] of rows) {
      const thrown = await run(`try { uetq.push('event', 'x', ${params}); 'sent' } catch (error) { error }`);
      expect(thrown, params).toBe(message);
    }
    expect(await run('uetErrors')).toEqual(rows.map(([, errMsg]) => ({ errMsg, tagId: TAG })));
    await run(`uetq.push('event', 'good', {})`);
    expect((await told()).map(({ ea }) => ea)).toEqual([undefined, 'good']);
  });

  test('queued before loading, one kills the tag for the whole page', async () => {
    const { page, run, told } = await suite.shop.visit({
      before: `uetq.push('event', 'first', { event_id: 'e1' });
               uetq.push('event', 'bad', { currency: 'euro' });
               uetq.push('event', 'lost', { event_id: 'e2' });`,
      ready: false,
    });
    await page.waitForFunction('errors.length > 0');
    expect(await run('errors')).toEqual(['Script error.']);
    expect(await run('uetErrors[0].errMsg')).toBe('currency value must be ISO standard currency code');
    expect((await told()).map(({ evt, ea }) => ea ?? evt)).toEqual(['pageLoad', 'first']);
    expect(await run('uetq.uetLoaded')).toBe(false);
    const waiting = await run<number>('uetq.eventPushQueue.length');
    await run(`uetq.push('event', 'later', { event_id: 'e3' })`);
    expect(await run('uetq.eventPushQueue.length')).toBe(waiting + 1);
    expect(await told()).toHaveLength(2);
  });
});
