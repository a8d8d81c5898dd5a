import { statfs } from 'node:fs/promises';
import { Gauge, type Registry } from 'prom-client';
import type { Store } from '../store/port.ts';
import { createPaced } from './paced.ts';

/**
 * What is in the store, the same in all processes of one data directory.
 *
 * @returns reads it for the next scrape; never rejects
 */
export function meterStore(
  registry: Registry,
  store: Pick<Store, 'stats'>,
  dataDir: string,
): () => Promise<void> {
  const registers = [registry];
  const up = new Gauge({
    name: 'uet_capi_store_up',
    help: '1: the store answered this scrape. 0: it did not, and what is read from it is missing.',
    registers,
  });
  const events = new Gauge({
    name: 'uet_capi_stored_events',
    help: 'Events by state, final ones over the life of the store. The destination is empty where an event was never meant for one.',
    labelNames: ['destination', 'state'],
    registers,
  });
  const free = new Gauge({
    name: 'uet_capi_disk_free_bytes',
    help: 'Space left on the file system of the data directory.',
    registers,
  });

  // A million waiting events take the store a while to count.
  const stats = createPaced(() => store.stats());
  return async () => {
    const [stored, disk] = await Promise.allSettled([stats(), statfs(dataDir)]);
    up.set(stored.status === 'fulfilled' ? 1 : 0);
    events.reset();
    if (stored.status === 'fulfilled') {
      for (const { destination, state, count } of stored.value.states) {
        events.inc({ destination, state }, count);
      }
    }
    free.reset();
    if (disk.status === 'fulfilled') free.set(disk.value.bavail * disk.value.bsize);
  };
}
