import { beforeEach, expect, test } from 'vitest';
import { acknowledged, useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

const visits = useVisits();
const { visit } = visits;

beforeEach(() => {
  // Nothing waits for a tag.
  visits.site.features = [];
  visits.site.settings = {
    tagId: '123',
    uet: 'off',
    autoPage: false,
    consent: { default: 'granted', waitMs: 0 },
  };
});

const ids = () => visits.site.events().map(({ eventId }) => eventId);
const arrived = (count: number) => waitUntil(`${count} events`, () => new Set(ids()).size === count);

test.each([true, false])(
  'records of dead tabs are taken over, too old ones dropped (Web Locks: %s)',
  async (locks) => {
    visits.site.reply = () => ({ status: 503 });
    if (!locks) {
      await visits.context.addInitScript(() =>
        Object.defineProperty(navigator, 'locks', { value: undefined }),
      );
    }
    const page = await visit();
    // It has looked for the records of others by now, and must not find these.
    await page.evaluate(async () => void (await window.capi?.ready));
    await page.evaluate(() => {
      const minute = 60_000;
      const record = (tab: string, since: number, eventName: string, at: number) =>
        localStorage.setItem(
          `_capi_q.${tab}.${since}.1000001`,
          JSON.stringify({ at, event: { eventType: 'custom', eventName, eventId: eventName } }),
        );
      const now = Date.now();
      record('dead', now - 2 * minute, 'orphan', now - 2 * minute);
      record('old', now - 2 * minute, 'old', now - 7 * 24 * 60 * minute);
      record('fresh', now, 'fresh', now);
      localStorage.setItem('_capi_q.broken.0.1', '{');
    });
    await page.close();
    visits.site.reply = () => undefined;
    const next = await visit('/next');
    // Without locks nobody knows whether the owner of a fresh record lives: it is left alone for a minute.
    const expected = locks ? ['fresh', 'orphan'] : ['orphan'];
    await arrived(expected.length);
    await next.waitForFunction(
      (left) => Object.keys(localStorage).filter((key) => key.startsWith('_capi_q')).length === left,
      locks ? 0 : 1,
    );
    expect(ids().sort()).toEqual(expected);
  },
);

/** A page whose clock stands; it was idle. */
async function stoppedVisit() {
  const now = Date.now();
  await visits.context.clock.install({ time: now });
  await visits.context.clock.pauseAt(now + 1);
  const page = await visit();
  await page.clock.runFor(50);
  return page;
}

test('a tab asks for its lock only when a record waits', async () => {
  await visits.context.addInitScript(() => {
    const { locks } = navigator;
    // Not on the empty page that comes first.
    if (!locks) return;
    const { request } = locks;
    locks.request = (...call: unknown[]) => {
      (window as { asked?: unknown }).asked = call[0];
      return request.apply(locks, call as Parameters<typeof request>);
    };
  });
  const asked = () => page.evaluate(() => (window as { asked?: unknown }).asked);
  const page = await stoppedVisit();
  await page.evaluate(() => window.capi?.track('quick'));
  await page.clock.runFor(1);
  await arrived(1);
  await acknowledged(page);
  await page.clock.runFor(400);
  expect(await asked()).toBeUndefined();
  visits.site.reply = () => ({ status: 503 });
  await page.evaluate(() => window.capi?.track('waits'));
  await page.clock.runFor(200);
  expect(await asked()).toBeUndefined();
  await page.clock.runFor(150);
  expect(await asked()).toMatch(/^_capi\./);
});

test('a record so young that its tab may not have a lock yet is left to it for a moment', async () => {
  const page = await stoppedVisit();
  await page.clock.runFor(850);
  await page.evaluate(() => {
    const record = (eventName: string, at: number) =>
      localStorage.setItem(
        `_capi_q.other.${at}.1000001`,
        JSON.stringify({ at, event: { eventType: 'custom', eventName, eventId: eventName } }),
      );
    record('young', Date.now());
    record('older', Date.now() - 1_000);
  });
  // Locks are given in a time that nobody stops, and a request follows a ms after.
  const arrivedMeanwhile = (count: number) =>
    waitUntil(`${count} events`, async () => {
      await page.clock.runFor(1);
      return ids().length === count;
    });
  await page.clock.runFor(200);
  await arrivedMeanwhile(1);
  expect(ids()).toEqual(['older']);
  await page.clock.runFor(5_000);
  await arrivedMeanwhile(2);
  expect(ids()).toEqual(['older', 'young']);
});
