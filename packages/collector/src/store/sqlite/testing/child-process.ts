/**
 * A process of its own that uses a store as the parent tells it, for tests with `fork` and
 * `kill -9`: `node child-process.ts DIRECTORY ROLE NAME [SQLITE_VERSION]`. The role `own` does nothing but
 * hold the store.
 */
import { once } from 'node:events';
import { createAppender } from '../../appender.ts';
import type { Store } from '../../port.ts';
import {
  append,
  arrivals,
  claimRequest,
  DESTINATION,
  NOW,
  newEvent,
} from '../../testing/contract/fixtures.ts';
import { openSqliteStore } from '../sqlite-store.ts';

/** What a child tells its parent. */
export type Told =
  | { opened: true }
  | { acknowledged: string }
  | { claimed: string[] }
  | { refused: string; stored: number };

const CONCURRENCY = 16;
const CLAIM_MAX = 7;

let last = 0;

const [dataDir = '', role, name = '', sqliteVersion] = process.argv.slice(2);
const store = await openSqliteStore({ dataDir, ...(sqliteVersion !== undefined && { sqliteVersion }) });
const disconnected = once(process, 'disconnect');
tell({ opened: true });

if (role === 'append') await Promise.all(Array.from({ length: CONCURRENCY }, () => appendForever(store)));
if (role === 'work') await Promise.all([appendSome(store, 200), claimForever(store)]);
if (role === 'fill') await fill(store);
await disconnected;
await store.close();

function tell(told: Told): void {
  // The callback takes the error of a parent that has just gone.
  if (process.connected) process.send!(told, undefined, undefined, () => {});
}

async function appendForever(store: Store): Promise<void> {
  const appender = createAppender(store);
  while (process.connected) {
    const id = `${name}-${last++}`;
    await appender.append(arrivals({ events: [newEvent(id)] }));
    tell({ acknowledged: id });
  }
}

async function appendSome(store: Store, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await append(store, newEvent(`${name}-${index}`));
}

/** The leases never end, so what is claimed twice was given twice. */
async function claimForever(store: Store): Promise<void> {
  while (process.connected) {
    const request = claimRequest({ maxEvents: CLAIM_MAX, lease: `${name}-${last++}`, leaseUntil: NOW * 2 });
    const { events } = await store.claim(request);
    tell({ claimed: events.map(({ wire }) => (JSON.parse(wire) as { eventId: string }).eventId) });
    const outcomes = events.map(({ seq }) => ({ seq, state: 'accepted' as const, warnings: [] }));
    await store.settle({ destination: DESTINATION, lease: request.lease, now: NOW, outcomes });
  }
}

/** Appends until the store refuses. */
async function fill(store: Store): Promise<void> {
  const padding = 'x'.repeat(10_000);
  try {
    for (;;) {
      const id = `${name}-${last++}`;
      await append(store, newEvent(id, { wire: padding }));
      tell({ acknowledged: id });
    }
  } catch (error) {
    const { received } = await store.stats();
    tell({ refused: (error as Error).name, stored: received[0]!.count });
  }
}
