import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isKnownSiteOf } from './known-site.ts';
import { openSqliteStore } from './sqlite/sqlite-store.ts';
import { append, arrivals, newEvent } from './testing/contract/fixtures.ts';

test('a former site is known by its events, or by somebody who is remembered there', async () => {
  const root = mkdtempSync(join(tmpdir(), 'uet-capi-site-'));
  const store = await openSqliteStore({ dataDir: root });
  onTestFinished(async () => {
    await store.close();
    rmSync(root, { recursive: true });
  });
  await append(store, newEvent('e', { site: 'with-events' }));
  const denial = { site: 'with-denial', key: 'visitor:v', consent: 'denied' } as const;
  await store.append(arrivals({ memories: [denial] }));
  const isKnown = (site: string, visitor = 'v') =>
    isKnownSiteOf({ keys: [`visitor:${visitor}`], site }, [{ id: 'shop' }], store);
  expect(await isKnown('shop', 'stranger')).toBe(true);
  expect(await isKnown('with-events', 'stranger')).toBe(true);
  expect(await isKnown('with-denial')).toBe(true);
  expect(await isKnown('with-denial', 'stranger')).toBe(false);
  expect(await isKnown('shpo')).toBe(false);
});

test('for a misspelt site nobody reads through all events', async () => {
  const store = {
    stats: () => Promise.resolve({ received: [], states: [] }),
    async *subject() {
      yield [];
      throw new Error('events are read');
    },
  };
  expect(await isKnownSiteOf({ keys: ['visitor:v'], site: 'shpo' }, [{ id: 'shop' }], store)).toBe(false);
});
