import { describe, expect, test } from 'vitest';
import { batSuite } from './test-support/bat-suite.ts';
import { until } from './test-support/until.ts';

const suite = batSuite();

const CLICK_ID = '292049a17e2413e3a4081719e839afe6';
const storageOf = `({ cookie: document.cookie, local: Object.keys(localStorage).sort() })`;
const pings = () =>
  suite.sandbox
    .requests()
    .flatMap(({ path, params }) => (path.startsWith('/actionp/0') && params ? [params] : []));

describe('consent', () => {
  test('nothing pushed: granted, and no asc', async () => {
    const { run, told } = await suite.shop.visit();
    expect((await told())[0]).not.toHaveProperty('asc');
    expect(await run('uetq.uetConfig.consent')).toMatchObject({
      enabled: false,
      adStorageAllowed: true,
      enforced: false,
    });
  });

  test('denied: no ids on beacons, nothing stored, the cookieless host', async () => {
    const { run, told } = await suite.shop.visit({
      before: `uetq.push('consent', 'default', { ad_storage: 'denied' }); uetq.push('event', 'lead', { event_id: 'e1' })`,
      path: `/?msclkid=${CLICK_ID}`,
    });
    const beacons = await told();
    expect(beacons).toHaveLength(2);
    for (const beacon of beacons) {
      expect(beacon).toHaveProperty('asc', 'D');
      for (const id of ['sid', 'vid', 'vids', 'msclkid']) expect(beacon).not.toHaveProperty(id);
    }
    expect(await run(storageOf)).toEqual({ cookie: '', local: [] });
    for (const beacon of await suite.arrived(2)) expect(beacon.host).toBe('bat.bing.net');
    expect(suite.sandbox.conversions()).toEqual([]);
    await until(() => pings().length === 1, 'consent ping');
    expect(pings()[0]).toMatchObject({ evt: 'consent', src: 'default', asc: 'D' });
    expect(await run('consents')).toEqual([false]);
  });

  test('an update brings the ids back, and a default after it changes nothing', async () => {
    const { run, told } = await suite.shop.visit({
      before: `uetq.push('consent', 'default', { ad_storage: 'denied' })`,
    });
    await run(`uetq.push('consent', 'update', { ad_storage: 'granted' });
               uetq.push('consent', 'default', { ad_storage: 'denied' });
               uetq.push('event', 'lead', {})`);
    const [load, lead] = await told();
    expect(load).toHaveProperty('asc', 'D');
    expect(lead).toMatchObject({ asc: 'G', sid: expect.stringMatching(/^[0-9a-f]{32}$/), msclkid: 'N' });
    expect(await run('consents')).toEqual([false, true, true]);
    expect(await run('uetq.uetConfig.consent')).toMatchObject({ enabled: true, adStorageAllowed: true });
    expect((await suite.arrived(2)).find(({ evt }) => evt === 'custom')).not.toHaveProperty('host');
  });

  test('withdrawn: the ids go', async () => {
    const { run, told } = await suite.shop.visit();
    await run(`uetq.push('consent', 'update', { ad_storage: 'denied' }); uetq.push('event', 'lead', {})`);
    const [load, lead] = await told();
    expect(load).toHaveProperty('vid');
    expect(lead).toHaveProperty('asc', 'D');
    expect(lead).not.toHaveProperty('vid');
  });

  test('anything but the word denied is granted', async () => {
    const { told } = await suite.shop.visit({
      before: `uetq.push('consent', 'default', { ad_storage: false })`,
    });
    expect((await told())[0]).toHaveProperty('asc', 'G');
  });

  test('wait_for_update holds the first beacon until the update', async () => {
    const { run, told, page } = await suite.shop.visit({
      before: `uetq.push('consent', 'default', { ad_storage: 'denied', wait_for_update: 3600000 })`,
      ready: false,
    });
    await page.waitForFunction('uetq.uetConfig && uetq.uetConfig.consent.timeoutId');
    expect(await told()).toEqual([]);
    expect(await run('uetq.uetConfig.consent.waitForUpdate')).toBe(10_000);
    await run(`uetq.push('consent', 'update', { ad_storage: 'granted' })`);
    expect((await told())[0]).toMatchObject({ evt: 'pageLoad', asc: 'G' });
  });

  test('wait_for_update ends by itself', async () => {
    const { told } = await suite.shop.visit({
      before: `uetq.push('consent', 'default', { ad_storage: 'denied', wait_for_update: 20 })`,
    });
    expect((await told())[0]).toHaveProperty('asc', 'D');
  });

  const tcf = (purposeOne: boolean) => `
    window.__tcfapi = (command, version, callback) => callback({ gdprApplies: true,
      vendor: { consents: { 1126: true }, legitimateInterests: {} },
      purpose: { consents: { 1: ${purposeOne} }, legitimateInterests: {} } }, true);
    uetq.push('config', 'tcf', { enabled: true })`;
  test.each([
    [true, 'st=L&gdpr=Y&as=G'],
    [false, 'st=L&gdpr=Y'],
  ])('TCF, purpose 1 %s', async (purposeOne, summary) => {
    const { told } = await suite.shop.visit({ before: tcf(purposeOne) });
    const [load] = await told();
    expect(load).toHaveProperty('tcf', summary);
    expect('vid' in load!).toBe(purposeOne);
  });
});

describe('cookies', () => {
  test('ids of session and visitor, with twins, kept on the next page', async () => {
    const context = await suite.browser.newContext();
    const first = await suite.shop.visit({ context });
    const [load] = await first.told();
    expect(load?.vid).toMatch(/^[0-9a-f]{12}1[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    expect(load).toMatchObject({ vids: '1', sid: expect.stringMatching(/^[0-9a-f]{32}$/), msclkid: 'N' });
    const cookies = await context.cookies();
    expect(cookies.map(({ name, value }) => [name, value]).toSorted()).toEqual([
      ['_uetsid', load?.sid],
      ['_uetvid', load?.vid],
    ]);
    expect(await first.run(`[localStorage._uetsid, localStorage._uetvid]`)).toEqual([load?.sid, load?.vid]);
    const lifeS = (name: string) => cookies.find((c) => c.name === name)!.expires - Date.now() / 1000;
    expect(lifeS('_uetsid')).toBeCloseTo(86_400, -2);
    expect(lifeS('_uetvid')).toBeCloseTo(33_696_000, -2);

    const [next] = await (await suite.shop.visit({ context })).told();
    expect(next).toMatchObject({ vid: load?.vid, sid: load?.sid, vids: '0' });
    await context.clearCookies();
    expect((await (await suite.shop.visit({ context })).told())[0]).toMatchObject({ vid: load?.vid });
  });

  test('what Clarity keeps behind the bar stays there', async () => {
    const vid = 'fce9a8c05ade11f1a86e5b2da2d16989';
    const { run, told } = await suite.shop.visit({ before: `document.cookie = '_uetvid=${vid}|insights'` });
    expect((await told())[0]).toHaveProperty('vid', vid);
    expect(await run('document.cookie')).toContain(`_uetvid=${vid}|insights`);
  });

  test('cookies stand on the highest domain that takes them', async () => {
    const context = await suite.browser.newContext();
    await suite.shop.visit({ context, host: 'www.shop.localhost' });
    expect((await context.cookies()).map(({ domain }) => domain)).toEqual([
      '.shop.localhost',
      '.shop.localhost',
    ]);
  });

  test('_uetmsdns=1 stops every beacon', async () => {
    const { page, run, told } = await suite.shop.visit({ before: `document.cookie = '_uetmsdns=1'` });
    await run(`uetq.push('event', 'lead', {}); uetq.push('consent', 'update', { ad_storage: 'denied' })`);
    expect(await told()).toEqual([]);
    expect(await page.locator('img').count()).toBe(0);
  });
});

describe('click id', () => {
  test('from the address in any case, then from the cookie', async () => {
    const context = await suite.browser.newContext();
    const landed = await suite.shop.visit({ context, path: `/?MSCLKID=${CLICK_ID}&x=1` });
    expect((await landed.told())[0]).toHaveProperty('msclkid', `${CLICK_ID}-1`);
    expect(await landed.run('document.cookie')).toContain(`_uetmsclkid=_uet${CLICK_ID}`);
    expect(await landed.run('localStorage._uetmsclkid')).toBe(CLICK_ID);
    const later = await suite.shop.visit({ context, path: '/thanks' });
    await later.run(`uetq.push('event', 'purchase', { event_id: 'o1' })`);
    expect((await later.told())[1]).toHaveProperty('msclkid', `${CLICK_ID}-0`);
    await until(
      () => suite.sandbox.conversions()[0]?.msclkid === '292049a1-7e24-13e3-a408-1719e839afe6',
      'the click id without its suffix',
    );
  });

  test('a dashed one is too long to keep', async () => {
    const dashed = '292049a1-7e24-13e3-a408-1719e839afe6';
    const { run, told } = await suite.shop.visit({ path: `/?msclkid=${dashed}` });
    expect((await told())[0]).toHaveProperty('msclkid', `${dashed}-1N`);
    expect(await run('document.cookie')).not.toContain('_uetmsclkid');
  });
});
