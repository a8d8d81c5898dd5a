import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NewEvent, Store } from '../store/port.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { append, arrivals, NOW, newEvent } from '../store/testing/contract/fixtures.ts';
import { ROLL_UP_DELAY_MS, rollUp } from './roll-up.ts';
import { sumOf } from './sum.ts';

const DUE = NOW + ROLL_UP_DELAY_MS;
const RANGE = { since: '2026-09-01', until: '2026-09-30' };

let root: string;
let stores: Store[];

async function open(): Promise<Store> {
  const store = await openSqliteStore({ dataDir: join(root, 'data') });
  stores.push(store);
  return store;
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'uet-capi-days-'));
  stores = [];
});

afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  rmSync(root, { recursive: true });
});

function event(id: number, given: Partial<NewEvent> = {}): NewEvent {
  const wire = {
    eventType: 'custom',
    pageLoadId: 'p',
    userData: {},
    customData: { value: 2, currency: 'EUR' },
  };
  return newEvent(`e${id}`, { wire: JSON.stringify(wire), ...given });
}

test('counts each event once, however many processes do it and however often', async () => {
  const [one, two] = [await open(), await open()];
  await append(one, ...Array.from({ length: 1_700 }, (_, id) => event(id)));
  const work = [one, two, one, two].map((store) => rollUp(store, DUE));
  expect(await Promise.all(work)).toEqual([true, true, true, true]);
  await rollUp(two, DUE);
  const days = await one.readDays(RANGE);
  expect([sumOf(days, 'events'), sumOf(days, 'value')]).toEqual([1_700, 3_400]);
});

test('tells after each step how many it has added up', async () => {
  const store = await open();
  await append(store, ...Array.from({ length: 700 }, (_, id) => event(id)));
  const told: number[] = [];
  await rollUp(store, DUE, { onStep: (events) => told.push(events) });
  expect(told).toEqual([500, 700]);
});

test('waits for what is told later: the tag’s report', async () => {
  const store = await open();
  await append(store, event(1));
  await rollUp(store, DUE - 1);
  expect(await store.readDays(RANGE)).toEqual([]);
  await store.append(arrivals({ tagPageLoads: [{ site: 'shop', pageLoadId: 'p' }] }));
  await rollUp(store, DUE);
  expect((await store.readDays(RANGE))[0]?.counts).toMatchObject({ events: 1, tagSeen: 1 });
});

test('goes on where it was stopped', async () => {
  const store = await open();
  await append(store, ...Array.from({ length: 900 }, (_, id) => event(id)));
  const stop = new AbortController();
  const stopping = {
    ...store,
    addDays: (...addition: Parameters<Store['addDays']>) => {
      stop.abort();
      return store.addDays(...addition);
    },
  };
  expect(await rollUp(stopping, DUE, { signal: stop.signal })).toBe(false);
  const before = sumOf(await store.readDays(RANGE), 'events');
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(900);
  await rollUp(store, DUE);
  expect(sumOf(await store.readDays(RANGE), 'events')).toBe(900);
});
