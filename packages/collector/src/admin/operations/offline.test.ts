import { expect, test } from 'vitest';
import { READ_TOKEN, runCollector, SHOP_TOKEN, storeEvent } from '../testing/running-collector.ts';

const LEADS = { site: 'shop', event: 'qualified lead', goal: 'Leads' };

const lead = (id: string) => ({
  id,
  event: LEADS.event,
  time: new Date().toISOString(),
  msclkid: '0123456789abcdef0123456789abcdef',
});

test('a goal is switched off and on: what comes meanwhile feeds it no more, and the file stays what it is', async () => {
  const { call, collector } = await runCollector();
  const goals = async () => (await call('GET', '/goals')).body.goals;
  expect(await goals()).toMatchObject([
    { ...LEADS, enabled: true, from: { enabled: 'default', send: 'default' } },
  ]);

  const off = await call('PATCH', '/goals', { body: { ...LEADS, enabled: false, send: 'attributed' } });
  expect(off).toMatchObject({
    status: 200,
    body: { enabled: false, send: 'attributed', from: { enabled: 'store', send: 'store' } },
  });
  const [refused] = await collector.conversions.upload([lead('1')], { site: 'shop' });
  expect(refused).toMatchObject({ status: 'rejected' });

  const on = await call('PATCH', '/goals', { body: { ...LEADS, enabled: null } });
  expect(on.body).toMatchObject({
    enabled: true,
    send: 'attributed',
    from: { enabled: 'default', send: 'store' },
  });
  expect(await collector.conversions.upload([lead('2')], { site: 'shop' })).toMatchObject([
    { status: 'accepted' },
  ]);
  await call('PATCH', '/goals', { body: { ...LEADS, send: null } });
  expect(await goals()).toMatchObject([{ from: { enabled: 'default', send: 'default' } }]);
});

test('only a goal that the settings map can be switched, and who only reads switches none', async () => {
  const { call } = await runCollector();
  const body = { ...LEADS, enabled: false };
  expect(await call('PATCH', '/goals', { body: { ...body, goal: 'Other' } })).toMatchObject({ status: 404 });
  expect(await call('PATCH', '/goals', { body: { ...body, site: 'blog' } })).toMatchObject({ status: 404 });
  expect(await call('PATCH', '/goals', { body, token: READ_TOKEN })).toMatchObject({ status: 403 });
  expect(await call('PATCH', '/goals', { body: { ...body, send: 'some' } })).toMatchObject({
    status: 400,
    body: { error: { path: 'body.send' } },
  });
});

test('uploads are shown by state, and why they wait', async () => {
  const { call, collector } = await runCollector();
  await collector.conversions.upload([{ ...lead('1'), time: '2026-01-01T00:00:00Z' }], { site: 'shop' });
  await collector.conversions.upload([lead('2')], { site: 'shop' });
  const { body } = await call('GET', '/offline', { token: SHOP_TOKEN });
  expect(body).toMatchObject({
    connection: { state: 'nobody' },
    sites: [
      {
        site: 'shop',
        uploads: [
          { upload: 'conversions', destination: 'offline:shop', received: 1, waiting: 1, ended: {} },
          { upload: 'adjustments', received: 0 },
          { upload: 'online-adjustments', received: 0 },
        ],
        attribution: [],
      },
    ],
  });
  expect(body.sites).toHaveLength(1);
});

test('without a sign-in the goals cannot be asked for, and the remedy is named', async () => {
  const { call } = await runCollector();
  const { body } = await call('GET', '/offline/goals', { query: { site: 'shop' } });
  expect(body.sites).toMatchObject([
    {
      site: 'shop',
      findings: [{ severity: 'mistake', message: expect.stringContaining('uet-capi auth login') }],
    },
  ]);
});

test('without the settings of the API, too', async () => {
  const { call } = await runCollector({ ads: {}, sites: [{ id: 'shop', tagId: '11', mode: 'shadow' }] });
  expect(await call('GET', '/offline')).toMatchObject({ body: { connection: { state: 'not-set-up' } } });
  expect(await call('GET', '/offline/goals')).toMatchObject({
    status: 409,
    body: { error: { code: 'not_set_up', message: expect.stringContaining('UET_CAPI_CLIENT_ID') } },
  });
});

test("the shop's orders get the outcomes of the command, and the totals add up", async () => {
  const running = await runCollector();
  await storeEvent(running, 'order-1');
  const csv = '\uFEFForder id,value,currency\norder-1,10,eur\norder-2,20,EUR\n,5,EUR\n';
  const { status, body } = await running.call('POST', '/reconcile', { body: { site: 'shop', csv } });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    totals: {
      lines: 3,
      unreadable: 1,
      outcomes: {
        accepted: { orders: 1, values: { EUR: 10 } },
        'never seen': { orders: 1, values: { EUR: 20 } },
      },
    },
    lines: [
      { line: 3, outcome: 'never seen' },
      { line: 4, unreadable: 'has no order id' },
    ],
  });
  // An order of the shop is none of the blog's.
  const blog = await running.call('POST', '/reconcile', { body: { site: 'blog', csv } });
  expect(blog.body.totals.outcomes.accepted.orders).toBe(0);
});

test('a list that cannot be read says where and why', async () => {
  const { call } = await runCollector();
  const { body } = await call('POST', '/reconcile', { body: { site: 'shop', csv: 'number,sum\n1,2\n' } });
  expect(body).toMatchObject({ stopped: { line: 1, stopped: expect.stringContaining('no column') } });
  expect(await call('POST', '/reconcile', { body: { site: 'none', csv: 'id\n1' } })).toMatchObject({
    status: 404,
  });
});
