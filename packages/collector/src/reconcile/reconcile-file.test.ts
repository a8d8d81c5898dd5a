import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewEvent, Route, Store } from '../store/port.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { type ReconciledLine, reconcileFile } from './reconcile-file.ts';

/** Orders against a real store. */

const NOW = Date.parse('2026-11-20T12:00:00Z');
const DESTINATION = 'uet-capi:1';

let folder: string;
let store: Store;

function event(eventId: string, more: Partial<NewEvent> = {}): NewEvent {
  return {
    site: 'site',
    tagId: '1',
    name: 'purchase',
    eventId,
    source: 'server',
    receivedAt: NOW,
    expiresAt: NOW + 86_400_000,
    wire: '{}',
    keys: [],
    notes: [],
    route: { destination: DESTINATION, dueAt: NOW, held: false },
    ...more,
  };
}
const skipped = (reason: string): { route: Route } => ({ route: { skipped: reason } });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uet-capi-reconcile-'));
  store = await openSqliteStore({ dataDir: join(folder, 'data') });
  const nothing = { now: NOW, memories: [], withdrawals: [], tagPageLoads: [] };
  const ending = ['accepted', 'rejected', 'expired', 'dead'] as const;
  await store.append({ ...nothing, events: ending.map((id) => event(id)) });
  const request = { now: NOW, maxEvents: 10, maxBytes: 10_000, leaseUntil: NOW + 1_000, lease: 'lease' };
  const { events } = await store.claim({ ...request, destination: DESTINATION });
  const outcomes = events.map(({ seq }, index) =>
    ending[index] === 'accepted'
      ? { seq, state: 'accepted' as const, warnings: [] }
      : { seq, state: ending[index]!, code: 'code', message: 'message' },
  );
  await store.settle({ destination: DESTINATION, lease: 'lease', now: NOW, outcomes: outcomes as never });
  await store.append({
    ...nothing,
    events: [
      event('waits'),
      event('withdrawn', skipped('consent withdrawn')),
      event('filtered:held back', skipped('filtered: test order')),
      event('bot:program', skipped('bot: crawler')),
      event('bot:customer', skipped('bot: crawler')),
      event('customer'),
      event('other name', { name: 'lead' }),
      event('other tag', { tagId: 'offline:site' }),
    ],
  });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function reconcile(content: string | Buffer, column?: string) {
  const path = join(folder, 'orders.csv');
  writeFileSync(path, content);
  const lines: ReconciledLine[] = [];
  const result = await reconcileFile(path, {
    site: { id: 'site', tagId: '1', idFromTransaction: ['purchase'] },
    store,
    column,
    onLines: async (some) => void lines.push(...some),
  });
  return { lines, ...result };
}
const outcomes = ({ lines }: { lines: ReconciledLine[] }) =>
  lines.map((line) => ('outcome' in line ? line.outcome : 'unreadable'));

test('each order has exactly one outcome, and the totals add up', async () => {
  const expected: [id: string, outcome: string][] = [
    ['accepted', 'accepted'],
    ['rejected', 'rejected'],
    ['expired', 'expired'],
    ['dead', 'rejected'],
    ['waits', 'waiting'],
    ['withdrawn', 'no consent'],
    ['held back', 'filtered'],
    ['program', 'filtered'],
    ['customer', 'waiting'],
    ['other name', 'never seen'],
    ['other tag', 'never seen'],
    ['nobody', 'never seen'],
  ];
  const rows = expected.map(([id], index) => `${index}.005,${id},eur`);
  const result = await reconcile(`value,Order ID,currency\n${rows.join('\n')}\n,accepted,\n5,,EUR\n5\n`);
  expect(outcomes(result)).toEqual([
    ...expected.map(([, outcome]) => outcome),
    'accepted',
    'unreadable',
    'unreadable',
  ]);
  const { totals } = result;
  expect(totals).toMatchObject({ lines: 15, unreadable: 2 });
  expect(totals.outcomes.waiting).toEqual({ orders: 2, values: { EUR: 12.01 } });
  expect(totals.outcomes.rejected).toEqual({ orders: 2, values: { EUR: 4.01 } });
  expect(totals.outcomes.accepted).toEqual({ orders: 2, values: { EUR: 0.005 } });
  const orders = Object.values(totals.outcomes).reduce((sum, one) => sum + one.orders, 0);
  expect(orders + totals.unreadable).toBe(totals.lines);
});

test('many orders, in order', async () => {
  const ids = Array.from({ length: 1_001 }, (_, index) => (index % 3 === 0 ? 'accepted' : `new-${index}`));
  const { lines, totals } = await reconcile(`\ufeffid\r\n${ids.join('\r\n')}`);
  expect(lines.map(({ line }) => line)).toEqual(ids.map((_, index) => index + 2));
  expect(totals.outcomes.accepted.orders).toBe(334);
  expect(totals.outcomes['never seen'].orders).toBe(667);
});

test('the column is the one that is named', async () => {
  expect(outcomes(await reconcile('id,Bestell Nr\n1,accepted\n', 'bestell_nr'))).toEqual(['accepted']);
});

describe('hostile files', () => {
  test.each([
    ['', 'empty'],
    ['a,b\n1,2\n', '--column'],
    ['id;value\n1;2\n', '--column'],
    [Buffer.from('id\n1\n', 'utf16le'), 'UTF-16'],
  ])('%j', async (content, words) => {
    const { lines, stopped } = await reconcile(content);
    expect(lines).toEqual([]);
    expect(stopped?.stopped).toContain(words);
  });

  test('lines that cannot be read are counted by themselves', async () => {
    const text = Buffer.from(
      'id,value,currency\naccepted,"1,5",EUR\naccepted,=1,EUR\n\xe4,1,EUR\naccepted,1,euro\nwaits,1,EUR\n"',
      'latin1',
    );
    const result = await reconcile(text);
    expect(outcomes(result)).toEqual([...Array(4).fill('unreadable'), 'waiting']);
    expect(result.stopped?.line).toBe(7);
  });
});
