import { describe, expect, test } from 'vitest';
import { batSuite } from './test-support/bat-suite.ts';
import { TAG } from './test-support/capi.ts';
import { until } from './test-support/until.ts';

const suite = batSuite();
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const names = (told: Record<string, string>[]) => told.map(({ evt, ea }) => (evt === 'custom' ? ea : evt));

describe('the queue protocol', () => {
  test('entries are flat; set comes first, events after the page load, in order', async () => {
    const { run, told } = await suite.shop.visit({
      before: `uetq.push('event', 'first', { event_id: 'e1' });
               uetq.push('event', 'second');
               uetq.push('event', 'third', { event_id: 'e3' });
               uetq.push('set', { pid: { em: 'John@Contoso.com' } });
               window.flat = uetq.map((entry) => typeof entry);`,
    });
    expect(await run('flat')).toEqual([
      'string',
      'string',
      'object',
      'string',
      'string',
      'string',
      'string',
      'object',
      'string',
      'object',
    ]);
    expect(names(await told())).toEqual(['pageLoad', 'first', 'second', 'third']);
    expect((await told())[1]).toMatchObject({
      ti: TAG,
      evt: 'custom',
      ea: 'first',
      event_id: 'e1',
      en: 'Y',
      pid: 'em=ec81f3ac7b2b19675bab9d54cf416f9f18cff87c97da5cca82c0f0891bc40602',
    });
  });

  test('after loading, a push is a beacon at once', async () => {
    const { run, told } = await suite.shop.visit();
    await run(
      `uetq.push('event', 'lead', { event_category: 'a b', event_label: 'é&', event_value: 2.34567, event_id: 'e1' })`,
    );
    expect((await told())[1]).toMatchObject({ ea: 'lead', ec: 'a b', el: 'é&', ev: '2.346', event_id: 'e1' });
    const lead = (await suite.arrived(2)).find(({ evt }) => evt === 'custom');
    expect(lead).toMatchObject({
      ea: 'lead',
      ec: 'a b',
      el: 'é&',
      ev: '2.346',
      evt: 'custom',
      rn: expect.stringMatching(/^\d+$/),
    });
    expect(suite.sandbox.conversions()).toEqual([
      expect.objectContaining({ eventName: 'lead', eventId: 'e1' }),
    ]);
  });

  test('the page load says what the page is', async () => {
    const { told } = await suite.shop.visit({ path: '/a?b=c#d' });
    const [load] = await told();
    expect(load).toMatchObject({
      evt: 'pageLoad',
      Ver: '2',
      bo: '1',
      tl: 'Clocks, wall',
      kw: 'clock,wall',
      sv: '2',
    });
    expect(load?.p).toMatch(/\/a\?b=c#d$/);
    expect(load).toHaveProperty('r');
  });

  test('a custom event carries the address without query, and no referrer', async () => {
    const { run, told } = await suite.shop.visit({ path: '/a?b=c' });
    await run(`uetq.push('event', 'lead', {})`);
    const [, lead] = await told();
    expect(lead?.p).toMatch(/\/a$/);
    expect(lead).not.toHaveProperty('r');
  });

  test('pageLoad with a second argument, a nested call and a bare word are ignored', async () => {
    const { run, told } = await suite.shop.visit({ options: 'disableAutoPageView: true', ready: true });
    await run(
      `uetq.push('pageLoad', {}); uetq.push(['event', 'x', {}]); uetq.push([]); uetq.push('word'); uetq.push()`,
    );
    expect(await told()).toEqual([]);
    await run(`uetq.push('event', 'page_view', {})`);
    expect(names(await told())).toEqual(['pageLoad']);
  });

  test('an event without any content sends nothing, one with a name alone does', async () => {
    const { run, told } = await suite.shop.visit();
    await run(
      `uetq.push('event', '', {}); uetq.push('event', '', { unknown: 1, event_label: '' }); uetq.push('event', 'named', {})`,
    );
    expect(names(await told())).toEqual(['pageLoad', 'named']);
  });

  test('an old single object is an event, and knows no event id', async () => {
    const { run, told } = await suite.shop.visit({
      before: `uetq.push({ ea: 'old', ec: 'a & b', gv: '1,200.5', gc: 'EUR' })`,
    });
    const [, old] = await told();
    expect(old).toMatchObject({ ea: 'old', gv: '1200.5', gc: 'EUR' });
    expect(old).not.toHaveProperty('en');
    await until(() => suite.sandbox.conversions()[0]?.value === 1200.5, 'the old event arrived');
    expect(await run(`try { uetq.push({ ea: 'old', event_id: 'e' }); 'sent' } catch (error) { error }`)).toBe(
      'Invalid data: Key Name: event_id',
    );
  });

  test('a legacy key before loading splits the event', async () => {
    const { told } = await suite.shop.visit({ before: `uetq.push('event', 'buy', { ea: 'x', gv: 5 })` });
    const [, first, second] = await told();
    expect(first).toMatchObject({ ea: 'buy', en: 'Y' });
    expect(second).toMatchObject({ ea: 'x', gv: '5' });
    expect(first).not.toHaveProperty('gv');
  });

  test('the last 20 beacons are kept', async () => {
    const { run } = await suite.shop.visit();
    await run(`for (let i = 0; i < 25; i++) uetq.push('event', 'e' + i, {})`);
    expect(await run('uetq.snippetEventQueue.length')).toBe(20);
    expect(await run('uetq.snippetEventQueue[0]')).toContain('ea=e5&');
  });

  test('push is an own property, and the replay goes through a wrapper of it', async () => {
    const { run } = await suite.shop.visit({
      before: `uetq.push('event', 'early', {}); window.calls = [];
        Object.defineProperty(window, 'UET', {
          get: () => window.wrapped,
          set: (UET) => {
            window.wrapped = class extends UET {
              constructor(options) {
                super(options);
                const { push } = this;
                this.push = function (...args) { calls.push(args.slice(0, 2)); return push.apply(this, args); };
              }
            };
          },
        });`,
    });
    expect(await run('calls')).toEqual([['pageLoad'], ['event', 'early']]);
    expect(await run(`Object.hasOwn(uetq, 'push')`)).toBe(true);
  });
});

describe('ids of a page', () => {
  test('mid is readable right after construction and on every beacon; bo counts', async () => {
    const { run, told } = await suite.shop.visit({ before: `uetq.push('event', 'a', {})` });
    const mid = await run('firstMid');
    expect(mid).toMatch(UUID_V4);
    expect((await told()).map((beacon) => [beacon.mid, beacon.bo])).toEqual([
      [mid, '1'],
      [mid, '2'],
    ]);
    await until(() => suite.sandbox.conversions()[0]?.pageLoadId === mid, 'the mid is the page-load id');
  });

  test('an SPA page_view renews mid, tells the page before, and only with page_path', async () => {
    const { run, told } = await suite.shop.visit({ path: '/start?x=1' });
    const first = await run<string>('uetq.beaconParams.mid');
    await run(`uetq.push('event', 'page_view', {}); uetq.push('event', 'page_view', { event_id: 'no' })`);
    expect(await told()).toHaveLength(1);
    await run(
      `uetq.push('event', 'page_view', { page_path: '/next?y=2', page_title: 'Next', event_id: 'no' })`,
    );
    const [, next] = await told();
    expect(next).toMatchObject({ evt: 'pageLoad', spa: 'Y', bo: '1', tl: 'Next' });
    expect(next?.p).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/next\?y=2$/);
    expect(next?.r).toMatch(/\/start\?x=1$/);
    expect(next).not.toHaveProperty('event_id');
    expect(next?.mid).toMatch(UUID_V4);
    expect(next?.mid).not.toBe(first);
    await until(() => suite.sandbox.pageLoads().length === 2, 'two page loads');
  });

  test('enableAutoSpaTracking follows pushState, replaceState and back', async () => {
    const { page, told } = await suite.shop.visit({ options: 'enableAutoSpaTracking: true', path: '/one' });
    await page.evaluate(
      `history.pushState({}, '', '/two'); history.pushState({}, '', '/two'); history.replaceState({}, '', '/three?q=1')`,
    );
    await page.evaluate('history.back()');
    await until(async () => (await told()).length === 4, 'four page loads');
    const loads = await told();
    expect(loads.map(({ p }) => new URL(p!).pathname + new URL(p!).search)).toEqual([
      '/one',
      '/two',
      '/three?q=1',
      '/two',
    ]);
    expect(new Set(loads.map(({ mid }) => mid)).size).toBe(4);
  });

  test('setExternalMid sets and freezes it', async () => {
    const { run, told } = await suite.shop.visit();
    await run(`uetq.setExternalMid('nonsense'); uetq.setExternalMid('0B7A2C1E93D44E0FB1A65A0C6F4D2E38')`);
    await run(
      `uetq.push('event', 'a', { event_id: '1' }); uetq.push('event', 'page_view', { page_path: '/x' })`,
    );
    expect((await told()).slice(1).map(({ mid, et }) => [mid, et])).toEqual(
      Array(2).fill(['0B7A2C1E93D44E0FB1A65A0C6F4D2E38', 'up']),
    );
    await until(
      () => suite.sandbox.conversions()[0]?.pageLoadId === '0b7a2c1e-93d4-4e0f-b1a6-5a0c6f4d2e38',
      'dashed',
    );
  });

  test('a second tag of the same id is the first one', async () => {
    const { run } = await suite.shop.visit();
    expect(await run(`new UET({ ti: '${TAG}', q: uetq }) === uetq`)).toBe(true);
    await until(
      () =>
        suite.sandbox
          .requests()
          .some(({ path, params }) => path.startsWith('/actionp/0') && params?.evt === 'dedup'),
      'dedup',
    );
    expect(await run(`new UET({ tagId: '77', q: uetq }) === uetq`)).toBe(false);
  });
});

describe('the hold of the first beacon', () => {
  const HOUR_MS = 3_600_000;

  test('ends when the container script has run', async () => {
    const { shop } = await suite.another({ holdMs: HOUR_MS });
    const { told } = await shop.visit();
    expect(names(await told())).toEqual(['pageLoad']);
  });

  test('ends by itself when the container script is blocked', async () => {
    suite.sandbox.setFaults([{ match: { path: '/p/action/' }, status: 404 }]);
    const { told } = await suite.shop.visit();
    expect(names(await told())).toEqual(['pageLoad']);
  });

  test('nothing leaves before', async () => {
    const { sandbox, shop } = await suite.another({ holdMs: HOUR_MS });
    sandbox.setFaults([{ match: { path: '/p/action/' }, status: 404 }]);
    const { run, told } = await shop.visit({ before: `uetq.push('event', 'a', {})`, ready: false });
    await until(
      () => sandbox.requests().some(({ path, answer }) => path.startsWith('/p/action/') && answer),
      'the container script was asked for',
    );
    await run(`uetq.push('event', 'b', {})`);
    expect(await told()).toEqual([]);
    expect(await run('uetq.uetLoaded')).toBe(false);
  });
});
