import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { append, newEvent } from '../store/testing/contract/fixtures.ts';
import { addReportCommand } from './report.ts';

/** Longer ago than an event needs to get into its day, ms. */
const EARLIER_MS = 3_600_000;

const WIRE = JSON.stringify({
  eventType: 'custom',
  adStorageConsent: 'G',
  pageLoadId: 'p',
  userData: { anonymousId: 'v' },
  customData: { value: 20, currency: 'EUR' },
});

/** Runs the command in this process, on a store with three purchases that nobody has summed up. */
async function storeWithPurchases(): Promise<(...args: string[]) => Promise<string>> {
  const root = mkdtempSync(join(tmpdir(), 'uet-capi-report-'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true });
  });
  const dataDir = join(root, 'data');
  const store = await openSqliteStore({ dataDir });
  const given = {
    site: 'site',
    receivedAt: Date.now() - EARLIER_MS,
    wire: WIRE,
    route: { skipped: 'shadow' },
  };
  await append(store, ...['1', '2', '3'].map((id) => newEvent(id, given)));
  await store.close();
  const settings = { UET_CAPI_TAG_ID: '1', UET_CAPI_MODE: 'shadow', UET_CAPI_DATA_DIR: dataDir };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  return async (...args) => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const program = new Command();
    addReportCommand(program);
    await program.parseAsync(['report', ...args], { from: 'user' });
    const text = written.mock.calls.map(([chunk]) => chunk).join('');
    written.mockRestore();
    return text;
  };
}

test('the report sums up what nobody has summed up before', async () => {
  const report = await storeWithPurchases();
  expect(JSON.parse(await report('--json', '--days', '2'))).toMatchObject({
    isWhole: true,
    isFresh: true,
    received: 3,
    days: [{ site: 'site', events: 3, purchases: { count: 3, value: { EUR: 60 } } }],
    quality: [{ name: 'purchase', events: 3, consent: 1 }],
  });
  const text = await report('--days', '2');
  expect(text).toContain('purchases   3: 60.00 EUR');
  expect(text).toContain('3 of 3 purchases (100 %)');
  expect(text).toMatch(/3 received, 3 accounted for\n$/);
});
