import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type Collector, createCollector } from '@uet-capi/collector';
import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import { signIn } from './sign-in.ts';

/** What becomes true later, from the route to Microsoft's account: the clock is the test's. */

const SERVER_KEY = 'server-key';
const ENV = {
  UET_CAPI_TOKEN: 'sandbox-token',
  UET_CAPI_SERVER_KEY: SERVER_KEY,
  UET_CAPI_DEVELOPER_TOKEN: 'sandbox-developer-token',
  UET_CAPI_ENCRYPTION_KEY: Buffer.alloc(32, 9).toString('base64'),
};
const CLICK = '0123456789abcdef0123456789abcdef';
const CLICK_WITH_DASHES = '01234567-89ab-cdef-0123-456789abcdef';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.parse('2026-08-20T10:00:00Z');
/** SHA-256 of john@contoso.com, as Microsoft publishes it. */
const JOHN = 'ec81f3ac7b2b19675bab9d54cf416f9f18cff87c97da5cca82c0f0891bc40602';

const GOALS = [
  { event: 'qualified_lead', goal: 'Qualified lead', kind: 'offline', send: 'attributed' },
  { event: 'phone_sale', goal: 'Phone sale', kind: 'offline', currency: 'EUR' },
  { event: 'purchase', goal: 'Shop purchase', kind: 'online' },
] as const;

let sandbox: Sandbox;
let dataDir: string;
let collector: Collector | undefined;

/** Moves every clock: the test's, the collector's and Microsoft's. */
function setTime(ms: number): void {
  clockMs = ms;
  sandbox.setClock({ now: ms });
}
const pass = (ms: number) => setTime(clockMs + ms);

const timeOfDay = Date.now;
let clockMs = START;

async function start(goals: object[] = [...GOALS], more: object = {}): Promise<void> {
  collector = await createCollector(
    {
      tagId: '123456',
      dataDir,
      logLevel: 'silent',
      endpoint: sandbox.url,
      ads: { clientId: 'sandbox-app', oauthUrl: sandbox.url, url: sandbox.url },
      goals: goals as never,
      delivery: { batchMs: 0, retryBaseMs: 10, retryMaxMs: 20, timeoutMs: 2_000, probeMs: 50 },
      ...more,
    },
    ENV,
  );
}

async function post(path: string, body: unknown, key = SERVER_KEY) {
  const response = await collector!.fetch(
    new Request(`http://collector.example${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  return { status: response.status, body: (await response.json()) as { results: { status: string }[] } };
}
const convert = (...conversions: object[]) => post('/v1/conversions', { conversions });
const adjust = (...adjustments: object[]) => post('/v1/adjustments', { adjustments });
const statuses = ({ body }: Awaited<ReturnType<typeof post>>) => body.results.map(({ status }) => status);
const codes = ({ body }: Awaited<ReturnType<typeof post>>) =>
  body.results.map((result) => (result as { errors?: { code: string }[] }).errors?.[0]?.code);

/** Requests of one operation of Campaign Management, as their items. */
function uploads(operation: string): unknown[][] {
  return sandbox
    .requests()
    .filter(({ path }) => path.endsWith(`/${operation}/Apply`))
    .map(({ body }) => Object.values(JSON.parse(body as unknown as string))[0] as unknown[]);
}

/** A form that tells the pixel who the visitor is. */
const LEAD_PAGE = `<!doctype html><title>Shop</title><script async src="/m/c.js"></script>
<input aria-label="E-mail"><button onclick="capi.identify({ email: document.querySelector('input').value }); capi.track('lead')">Send</button>`;

const now = () => new Date(clockMs).toISOString();

test.beforeEach(async () => {
  Date.now = () => clockMs;
  sandbox = await createSandbox();
  dataDir = await mkdtemp(join(tmpdir(), 'uet-capi-later-'));
  setTime(START);
  sandbox.seed({ clicks: [{ id: CLICK, accountId: '300001', time: START - 60_000 }] });
  await signIn(dataDir, sandbox.url, ENV);
});
test.afterEach(async () => {
  await collector?.close();
  Date.now = timeOfDay;
  await sandbox.close();
  await rm(dataDir, { recursive: true });
});

/** The visitor comes by an ad and leaves an e-mail address. */
async function leaveLead(): Promise<void> {
  await collector!.track({
    eventName: 'lead',
    eventId: 'lead-1',
    eventSourceUrl: `https://shop.example/?msclkid=${CLICK}`,
    userData: { anonymousId: 'visitor', email: 'john@contoso.com', externalId: 'customer-7' },
  });
}

test('a click, a lead, and three days later a sale that knows the e-mail alone; restated, retracted once', async () => {
  await start();
  await leaveLead();
  await expect.poll(() => sandbox.capiEvents()).toHaveLength(1);

  pass(3 * DAY_MS);
  const time = now();
  expect(
    statuses(
      await convert({
        id: 'deal-1',
        event: 'qualified_lead',
        time,
        value: 900,
        currency: 'eur',
        email: 'John@Contoso.com',
      }),
    ),
  ).toEqual(['accepted']);
  await expect.poll(() => sandbox.offline()).toHaveLength(1);
  expect(sandbox.offline()).toMatchObject([
    {
      conversionName: 'Qualified lead',
      conversionTime: '2026-08-23T10:00:00Z',
      clickId: CLICK,
      hashedEmailAddress: JOHN,
      value: 900,
      currency: 'EUR',
      uploads: 1,
    },
  ]);

  pass(HOUR_MS);
  expect(statuses(await adjust({ id: 'deal-1', type: 'restate', value: 450 }))).toEqual(['accepted']);
  // It waits until its conversion is processed.
  expect(uploads('OfflineConversionAdjustments')).toEqual([]);
  pass(6 * HOUR_MS);
  await expect.poll(() => sandbox.offline()[0]?.value).toBe(450);

  expect(statuses(await adjust({ id: 'deal-1', type: 'retract' }))).toEqual(['accepted']);
  await expect.poll(() => sandbox.offline()[0]?.retracted).toBe(true);
  expect(statuses(await adjust({ id: 'deal-1', type: 'retract' }))).toEqual(['duplicate']);
  expect(codes(await adjust({ id: 'deal-1', type: 'restate', value: 1 }))).toEqual(['AlreadyRetracted']);
  expect(sandbox.adjustments()).toMatchObject([
    { type: 'Restate', value: 450, currency: 'EUR', applied: true },
    { type: 'Retract', value: null, applied: true },
  ]);
});

test('a click in a browser, a lead form, and three days later a call that knows the e-mail alone', async ({
  page,
}) => {
  // The browser's clock is not the test's: to the collector it is months fast, and corrected.
  await start([...GOALS], { uet: 'off', consent: { default: 'granted', waitMs: 1 }, bots: 'deliver' });
  const site = createServer(
    collector!.wrap((_, response) => {
      response.setHeader('content-type', 'text/html').end(LEAD_PAGE);
    }, '/m'),
  );
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  try {
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/?msclkid=${CLICK}`);
    await page.getByRole('textbox').fill('John@Contoso.com');
    await page.getByRole('button').click();
    await expect.poll(() => sandbox.capiEvents().map(({ eventName }) => eventName)).toContain('lead');
  } finally {
    site.close().closeAllConnections();
  }

  pass(3 * DAY_MS);
  const sale = { id: 'deal', event: 'qualified_lead', time: now(), value: 900, currency: 'EUR' };
  expect(statuses(await convert({ ...sale, email: 'john@contoso.com' }))).toEqual(['accepted']);
  await expect
    .poll(() => sandbox.offline())
    .toMatchObject([
      { conversionName: 'Qualified lead', clickId: CLICK, hashedEmailAddress: JOHN, value: 900 },
    ]);
});

test.describe('conversions', () => {
  test('each by itself: what is wrong is refused with path and reason, the rest is taken', async () => {
    await start();
    const good = { id: 'a', event: 'phone_sale', time: now(), msclkid: CLICK };
    const answer = await convert(
      good,
      { ...good, id: undefined },
      { ...good, id: 'b', time: '2026-08-20 10:00' },
      { ...good, id: 'c', time: '2026-08-20T12:00:00Z' },
      { ...good, id: 'd', time: '2026-05-01T12:00:00Z' },
      { ...good, id: 'e', event: 'nothing' },
      { ...good, id: 'f', goal: 'Phone sale' },
      { ...good, id: 'g', msclkid: undefined },
      { ...good, id: 'h', value: -1 },
      { ...good, id: 'i', currency: 'euro' },
      { ...good, id: 'john@contoso.com' },
      { ...good, id: 'j', event: undefined, goal: '+4915112345678' },
      'nothing' as never,
      null as never,
      { ...good, id: 'z' },
    );
    expect(answer.status).toBe(202);
    expect(statuses(answer)).toEqual(['accepted', ...Array(13).fill('rejected'), 'accepted']);
    const paths = answer.body.results.map(
      (one) => (one as { errors?: { path: string }[] }).errors?.[0]?.path,
    );
    expect(paths.slice(1, 14)).toEqual([
      'id',
      'time',
      'time',
      'time',
      'event',
      'event',
      '',
      'value',
      'currency',
      'id',
      'goal',
      '',
      '',
    ]);
    expect(JSON.stringify(answer.body)).not.toContain('john@');
  });

  test('the same id again is a duplicate; the first content stands', async () => {
    await start();
    const one = { id: 'a', event: 'phone_sale', time: now(), msclkid: CLICK, value: 1 };
    expect(statuses(await convert(one, { ...one, value: 2 }))).toEqual(['accepted', 'duplicate']);
    expect(statuses(await convert(one))).toEqual(['duplicate']);
    await expect.poll(() => sandbox.offline().map(({ value }) => value)).toEqual([1]);
  });

  test('values: that of the event, the goal’s own, a fixed one; hashes and click in one item', async () => {
    const goal = (event: string, value?: unknown) => ({
      event,
      goal: 'Phone sale',
      kind: 'offline',
      ...(value !== undefined && { value, currency: 'USD' }),
    });
    await start([goal('a'), goal('b', 'goal'), goal('c', 7)]);
    const one = {
      time: now(),
      msclkid: CLICK_WITH_DASHES,
      value: 12.3456,
      currency: 'EUR',
      ph: '+14255551234',
    };
    await convert(
      { ...one, id: '1', event: 'a' },
      { ...one, id: '2', event: 'b', msclkid: `_uet${CLICK}-1N` }, // as the tag's cookie and beacons hold it
      { ...one, id: '3', event: 'c' },
    );
    await expect.poll(() => uploads('OfflineConversions').flat()).toHaveLength(3);
    const key = {
      ConversionName: 'Phone sale',
      ConversionTime: '2026-08-20T10:00:00Z',
      MicrosoftClickId: CLICK,
      HashedPhoneNumber: 'c59475d96e9f01d7d18d06cfad84dd02333207f02c0c2c5663ef2782cda0390e',
    };
    expect(uploads('OfflineConversions').flat()).toEqual([
      { ...key, ConversionValue: 12.346, ConversionCurrencyCode: 'EUR' },
      key,
      { ...key, ConversionValue: 7, ConversionCurrencyCode: 'USD' },
    ]);
  });

  test('send: attributed lets nothing out without a click', async () => {
    await start();
    const sale = { time: now(), email: 'john@contoso.com' };
    await convert({ ...sale, id: 'unknown', event: 'qualified_lead' });
    await convert({ ...sale, id: 'behind', event: 'phone_sale', msclkid: CLICK });
    await expect
      .poll(() => uploads('OfflineConversions').flat())
      .toMatchObject([{ ConversionName: 'Phone sale' }]);
  });

  test('a goal that is switched off: nothing leaves, what waits waits, and goes when it is on again', async () => {
    await start();
    sandbox.setFaults([{ match: { path: '*/OfflineConversions/Apply' }, status: 503 }]);
    await convert({ id: 'waits', event: 'phone_sale', time: now(), msclkid: CLICK });
    await expect.poll(() => uploads('OfflineConversions').length).toBeGreaterThan(0);
    await collector!.close();
    sandbox.setFaults([]);

    await start([GOALS[0], { ...GOALS[1], enabled: false }]);
    expect(codes(await convert({ id: 'new', event: 'phone_sale', time: now(), msclkid: CLICK }))).toEqual([
      'NoGoal',
    ]);
    pass(DAY_MS);
    // What was due before it would have gone before it, or with it.
    await convert({ id: 'other', event: 'qualified_lead', time: now(), msclkid: CLICK });
    await expect.poll(() => sandbox.offline()).toMatchObject([{ conversionName: 'Qualified lead' }]);
    await collector!.close();

    await start();
    pass(DAY_MS);
    await expect.poll(() => sandbox.offline()).toHaveLength(2);
  });

  test('an event of the Conversions API that a goal is fed by counts there too', async () => {
    await start([{ event: 'lead', goal: 'Qualified lead', kind: 'offline', send: 'attributed' }]);
    await leaveLead();
    await expect.poll(() => sandbox.capiEvents()).toHaveLength(1);
    pass(HOUR_MS);
    await expect.poll(() => sandbox.offline()).toMatchObject([{ clickId: CLICK, hashedEmailAddress: JOHN }]);
  });

  test('a refused decision is remembered: nothing of it leaves', async () => {
    await start();
    await leaveLead();
    await collector!.track({ eventName: 'x', adStorageConsent: 'D', userData: { externalId: 'customer-7' } });
    const sale = { time: now(), event: 'phone_sale' };
    expect(statuses(await convert({ ...sale, id: 'refused', externalId: 'customer-7' }))).toEqual([
      'accepted',
    ]);
    await convert({ ...sale, id: 'behind', msclkid: CLICK });
    await expect.poll(() => sandbox.offline()).toHaveLength(1);
  });

  test('in code', async () => {
    await start();
    const [result] = await collector!.conversions.upload([
      { id: 1, goal: 'Phone sale', time: now(), msclkid: CLICK },
    ]);
    expect(result).toEqual({ index: 0, status: 'accepted' });
    await expect.poll(() => sandbox.offline()).toHaveLength(1);
    expect(
      await collector!.adjust([{ id: 1, type: 'retract', time: new Date(START + 61_000).toISOString() }]),
    ).toMatchObject([{ status: 'rejected', errors: [{ code: 'TimeInFuture' }] }]);
  });
});

test.describe('adjustments', () => {
  test('what cannot be corrected is refused before it is sent', async () => {
    await start();
    sandbox.setFaults([{ match: { path: '*/OfflineConversions/Apply' }, status: 503 }]);
    await convert(
      { id: 'sale', event: 'phone_sale', time: now(), msclkid: CLICK },
      { id: 'skipped', event: 'qualified_lead', time: now(), email: 'x@contoso.com' },
    );
    const answer = await adjust(
      { id: 'unknown', type: 'retract' },
      { id: 'skipped', type: 'retract' },
      { id: 'sale', type: 'restate' },
      { id: 'sale', type: 'void' },
      { id: 'sale', transactionId: 'order', type: 'retract' },
      { id: 'sale', type: 'restate', value: 1, time: '2026-08-20T09:00:00Z' },
      { transactionId: 'order', type: 'restate', value: 1 },
    );
    expect(statuses(answer)).toEqual(Array(7).fill('rejected'));
    expect(codes(answer)).toMatchObject([
      'OriginalNotFound',
      'OriginalNotAccepted',
      expect.anything(),
      expect.anything(),
      expect.anything(),
      'BeforeConversion',
      'NoCurrency',
    ]);
  });

  test('of an order that the tag and the Conversions API counted, by its transaction id', async () => {
    await start();
    const restate = { transactionId: 'order-1', type: 'restate', value: 10, currency: 'EUR' };
    expect(statuses(await adjust(restate, restate, { ...restate, value: 5 }))).toEqual([
      'accepted',
      'duplicate',
      'accepted',
    ]);
    expect(statuses(await adjust({ transactionId: 'order-1', type: 'retract' }))).toEqual(['accepted']);
    await expect.poll(() => uploads('OnlineConversionAdjustments').flat()).toHaveLength(3);
    expect(uploads('OnlineConversionAdjustments').flat()[0]).toEqual({
      AdjustmentType: 'Restate',
      AdjustmentTime: '2026-08-20T10:00:00Z',
      AdjustmentValue: 10,
      AdjustmentCurrencyCode: 'EUR',
      ConversionName: 'Shop purchase',
      TransactionId: 'order-1',
    });
    expect(statuses(await adjust(restate))).toEqual(['duplicate']);
    expect(codes(await adjust({ ...restate, value: 1 }))).toEqual(['AlreadyRetracted']);
  });

  test('of an order that went to Microsoft a short while ago waits, as that of an offline conversion does', async () => {
    await start();
    await collector!.track({
      eventName: 'purchase',
      userData: { externalId: 'customer' },
      customData: { transactionId: 'fresh', value: 20, currency: 'EUR' },
    });
    await expect.poll(() => sandbox.capiEvents()).toHaveLength(1);
    await adjust(
      { transactionId: 'fresh', type: 'retract' },
      { transactionId: 'elsewhere', type: 'retract' },
    );
    const corrected = () => sandbox.adjustments().map(({ transactionId }) => transactionId);
    await expect.poll(corrected).toEqual(['elsewhere']);
    // The clock stands still by itself: what has to be tried again would wait for ever.
    const later = () => {
      pass(60_000);
      return corrected();
    };
    pass(5 * HOUR_MS);
    expect(later()).toEqual(['elsewhere']);
    pass(HOUR_MS);
    await expect.poll(later).toEqual(['elsewhere', 'fresh']);
  });

  test('of a conversion of which Microsoft takes none any more is refused, and not sent', async () => {
    await start([...GOALS], { retention: { contentDays: 90 } });
    await convert({ id: 'old', event: 'phone_sale', time: now(), msclkid: CLICK });
    pass(20 * DAY_MS);
    await convert({ id: 'young', event: 'phone_sale', time: now(), msclkid: CLICK });
    await expect.poll(() => sandbox.offline()).toHaveLength(2);

    pass(69 * DAY_MS);
    sandbox.setFaults([{ match: { path: '*/OfflineConversionAdjustments/Apply' }, status: 503 }]);
    const restate = { type: 'restate', value: 1 };
    expect(statuses(await adjust({ ...restate, id: 'old' }, { ...restate, id: 'young' }))).toEqual([
      'accepted',
      'accepted',
    ]);
    await expect.poll(() => uploads('OfflineConversionAdjustments')).not.toEqual([]);
    pass(DAY_MS);
    expect(codes(await adjust({ id: 'old', type: 'retract' }))).toEqual(['TimeTooOld']);
    sandbox.setFaults([]);
    const corrected = () => {
      pass(1_000);
      return sandbox.adjustments().map(({ conversionTime }) => conversionTime);
    };
    await expect.poll(corrected).toEqual(['2026-09-09T10:00:00Z']);
  });

  test('by an event that is mapped to them; one from a browser corrects nothing', async () => {
    await start([
      ...GOALS,
      { event: 'refund', goal: 'Shop purchase', kind: 'online', adjust: 'restate', currency: 'EUR' },
      { event: 'cancel', goal: 'Shop purchase', kind: 'online', adjust: 'retract' },
    ]);
    const report = (eventName: string, transactionId: string, value?: number) =>
      collector!.track({
        eventName,
        eventId: `${eventName} ${transactionId}`,
        userData: { externalId: 'customer' },
        customData: { transactionId, ...(value !== undefined && { value, currency: 'EUR' }) },
      });
    const forged = await collector!.fetch(
      new Request('http://collector.example/e', {
        method: 'POST',
        headers: { origin: 'http://collector.example', 'accept-language': 'en', 'user-agent': 'Mozilla/5.0' },
        body: JSON.stringify({
          v: 1,
          data: [
            {
              eventType: 'custom',
              eventName: 'cancel',
              eventId: 'forged',
              eventTime: START / 1_000,
              consent: 'granted',
              userData: { anonymousId: 'visitor' },
              customData: { transactionId: 'order-2' },
            },
          ],
        }),
      }),
    );
    expect(await forged.json()).toEqual({ accepted: 1, rejected: [] });
    expect(await report('refund', 'order-1', 5)).toMatchObject({ status: 'accepted' });
    expect(await report('refund', 'order-1', 5)).toMatchObject({ status: 'duplicate' });
    expect(await report('cancel', 'order-1')).toMatchObject({ status: 'accepted' });
    await expect.poll(() => uploads('OnlineConversionAdjustments').flat()).toHaveLength(2);
    expect(uploads('OnlineConversionAdjustments').flat()).toMatchObject([
      { AdjustmentType: 'Restate', AdjustmentValue: 5, TransactionId: 'order-1' },
      { AdjustmentType: 'Retract', TransactionId: 'order-1' },
    ]);
  });

  test('of a conversion that Microsoft refused ends with its reason, unsent', async () => {
    await start();
    sandbox.setFaults([{ match: { path: '*/OfflineConversions/Apply' }, status: 503, times: 3 }]);
    await convert({ id: 'bad', event: 'phone_sale', time: now(), msclkid: 'zzzzzzzzzzzzzzzzzzzzzzzz' });
    await adjust({ id: 'bad', type: 'retract', time: undefined });
    pass(7 * HOUR_MS);
    // The retries wait for the clock, which stands still by itself.
    const answered = () => {
      pass(HOUR_MS);
      return collector!.adjust([{ id: 'bad', type: 'retract' }]);
    };
    await expect.poll(answered).toMatchObject([{ errors: [{ code: 'OriginalNotAccepted' }] }]);
    expect(uploads('OfflineConversionAdjustments')).toEqual([]);
  });
});

test.describe('the routes', () => {
  for (const path of ['/v1/conversions', '/v1/adjustments'])
    test(`${path}: key, type, envelope`, async () => {
      await start();
      expect((await post(path, {}, 'wrong')).status).toBe(401);
      for (const body of [
        {},
        null,
        [],
        { conversions: {}, adjustments: {} },
        { conversions: [], adjustments: [] },
      ]) {
        expect((await post(path, body)).status).toBe(400);
      }
      const many = Array(1_001).fill({});
      expect((await post(path, { conversions: many, adjustments: many })).status).toBe(400);
      expect((await post(path, { conversions: [{}], adjustments: [{}], site: 'other' })).status).toBe(400);
    });
});
