import type { Driver, Tab } from './driver.ts';
import type { World } from './world.ts';

/** A way in which events can get lost or doubled. */
export interface Scenario {
  name: string;
  /** Plays it; resolves with the ids of the events that must arrive, from then on without help. */
  run(driver: Driver, world: World): Promise<string[]>;
}

/** Text that makes an event about 0.6 KB. */
const SMALL = 500;
/** And one larger than all that a browser sends behind a page that has gone (64 KiB). */
const LARGE = 100_000;
const BURST = 200;

/** How long "offline" and "down" last where that is the point, ms. */
const OFFLINE_MS = 4_000;
const DOWN_MS = 11_000;

const SERVER_ERROR = { status: 500 };
const UNAVAILABLE = { status: 503 };

let runs = 0;

/** Ids that no other run has, in order. */
function newIds(count: number): string[] {
  const run = `mx${Date.now().toString(36)}${(runs++).toString(36)}`;
  return Array.from({ length: count }, (_, n) => `${run}n${n}`);
}

/** Expression that tracks these, each with so much text. */
function tracking(ids: string[], chars = 0): string {
  return `void ${JSON.stringify(ids)}.forEach((id) => track(id, 'z'.repeat(${chars})))`;
}

/** Condition in time: what a page does not tell, the collector does. */
async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('The collector waited in vain.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Lasting so long is the scenario itself. */
function lasting(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function goOffline(driver: Driver, world: World): Promise<void> {
  world.failAll('reset');
  await driver.setOffline(true);
}

async function goOnline(driver: Driver, world: World): Promise<void> {
  world.failAll(undefined);
  await driver.setOffline(false);
}

/** A page open, one event, and these faults for it. */
function oneEvent(
  name: string,
  play: (stage: { driver: Driver; world: World; tab: Tab; ids: string[]; home: string }) => Promise<unknown>,
  count = 1,
): Scenario {
  return {
    name,
    async run(driver, world) {
      const ids = newIds(count);
      const home = `${world.siteUrl}/`;
      const tab = await driver.open(home);
      await play({ driver, world, tab, ids, home });
      return ids;
    },
  };
}

/** A page whose prelude breaks something of the browser. */
function inBrokenPage(name: string, prelude: string): Scenario {
  return {
    name,
    async run(driver, world) {
      const ids = newIds(1);
      world.prelude = prelude;
      const tab = await driver.open(`${world.siteUrl}/`);
      await tab.evaluate(tracking(ids));
      return ids;
    },
  };
}

const THROW = `get() { throw new DOMException('refused', 'SecurityError') }`;

/** The 18 scenarios of the fault matrix. One purchase unless the name says otherwise. */
export const SCENARIOS: Scenario[] = [
  oneEvent('1 two 500s, then taken', async ({ world, tab, ids }) => {
    world.fail(SERVER_ERROR, SERVER_ERROR);
    await tab.evaluate(tracking(ids));
  }),

  oneEvent('2 two resets, then taken', async ({ world, tab, ids }) => {
    world.fail('reset', 'reset');
    await tab.evaluate(tracking(ids));
  }),

  oneEvent('3 503 for 11 s', async ({ world, tab, ids }) => {
    world.failAll(UNAVAILABLE);
    await tab.evaluate(tracking(ids));
    await lasting(DOWN_MS);
    world.failAll(undefined);
  }),

  oneEvent('4 offline for 4 s, page open', async ({ driver, world, tab, ids }) => {
    await goOffline(driver, world);
    await tab.evaluate(tracking(ids));
    await lasting(OFFLINE_MS);
    await goOnline(driver, world);
  }),

  oneEvent('5 offline, tab closed, next visit', async ({ driver, world, tab, ids, home }) => {
    await goOffline(driver, world);
    await tab.evaluate(tracking(ids));
    await tab.close();
    await goOnline(driver, world);
    await driver.open(home);
  }),

  oneEvent('6 track and navigate in the same tick', async ({ tab, ids, home }) => {
    await tab.evaluate(`${tracking(ids)}, void (location.href = '/next')`);
    await tab.waitForUrl(`${home}next`);
  }),

  oneEvent('7 track inside pagehide', async ({ tab, ids, home }) => {
    await tab.evaluate(`addEventListener('pagehide', () => ${tracking(ids)})`);
    await tab.goto(`${home}next`);
  }),

  oneEvent('8 track, tab closed', async ({ tab, ids }) => {
    await tab.evaluate(tracking(ids));
    await tab.close();
  }),

  oneEvent('9 500, leave, next visit', async ({ driver, world, tab, ids, home }) => {
    world.failAll(SERVER_ERROR);
    await tab.evaluate(tracking(ids));
    await until(() => world.attempts() > 0);
    await tab.close();
    world.failAll(undefined);
    await driver.open(home);
  }),

  inBrokenPage(
    '10 storage getters throw',
    `for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { ${THROW} })`,
  ),

  inBrokenPage(
    '11 localStorage full',
    `for (let size = 1 << 20; size; size >>= 1)
       try { for (let n = 0; ; n++) localStorage.setItem('full' + size + '.' + n, 'x'.repeat(size)) } catch {}`,
  ),

  inBrokenPage(
    '12 document.cookie throws',
    `Object.defineProperty(document, 'cookie', { ${THROW}, ${THROW.replace('get()', 'set(text)')} })`,
  ),

  oneEvent('13 100 KB event, page open', async ({ tab, ids }) => {
    await tab.evaluate(tracking(ids, LARGE));
  }),

  oneEvent('14 100 KB event and navigate', async ({ tab, ids, home }) => {
    await tab.evaluate(`${tracking(ids, LARGE)}, void (location.href = '/next')`);
    await tab.waitForUrl(`${home}next`);
  }),

  oneEvent(
    `15 burst of ${BURST} × 0.6 KB, page open`,
    async ({ tab, ids }) => {
      await tab.evaluate(tracking(ids, SMALL));
    },
    BURST,
  ),

  oneEvent(
    '16 same burst and navigate, then next visit',
    async ({ driver, tab, ids, home }) => {
      await tab.evaluate(`${tracking(ids, SMALL)}, void (location.href = '/next')`);
      await tab.waitForUrl(`${home}next`);
      await tab.close();
      await driver.open(home);
    },
    BURST,
  ),

  {
    name: '17 two tabs offline, 3 events each, closed, next visit',
    async run(driver, world) {
      const ids = newIds(6);
      const home = `${world.siteUrl}/`;
      const tabs = [await driver.open(home), await driver.open(`${home}other`)];
      await goOffline(driver, world);
      await Promise.all(tabs.map((tab, n) => tab.evaluate(tracking(ids.slice(3 * n, 3 * n + 3)))));
      for (const tab of tabs) await tab.close();
      await goOnline(driver, world);
      await driver.open(home);
      return ids;
    },
  },

  oneEvent(
    '18 three 500s, two more tabs opened',
    async ({ driver, world, tab, ids, home }) => {
      world.fail(SERVER_ERROR, SERVER_ERROR, SERVER_ERROR);
      await tab.evaluate(tracking(ids));
      await until(() => world.attempts() > 0);
      await driver.open(`${home}second`);
      await driver.open(`${home}third`);
    },
    3,
  ),
];
