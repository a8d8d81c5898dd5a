import { createUetCapiDestination } from '../../destinations/uet-capi/destination.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { createDispatcher } from '../dispatcher.ts';
import { DESTINATION, SETTINGS } from './backlog.ts';

/** A process that delivers what waits (arguments: data directory, endpoint, how much) and prints what it took, as JSON. */

const [dataDir, endpoint, count] = process.argv.slice(2) as [string, string, string];
const store = await openSqliteStore({ dataDir });
const { maxInFlight } = SETTINGS;
const destination = createUetCapiDestination({
  id: DESTINATION,
  tagId: '1',
  token: 't',
  endpoint,
  maxInFlight,
});
/** Resident memory of the process after each batch. */
const bytes: number[] = [];
let left = Number(count);
let end: (error?: unknown) => void;
const ended = new Promise<void>((resolve, reject) => {
  end = (error) => (error === undefined ? resolve() : reject(error));
});

const dispatcher = createDispatcher({
  store,
  settings: SETTINGS,
  events: {
    onRequest() {},
    onSettled(_, outcomes) {
      bytes.push(process.memoryUsage.rss());
      left -= outcomes.length;
      if (left === 0) end();
    },
    onPaused: (_, reason) => end(new Error(reason)),
    onResumed() {},
    onCircuit() {},
    onError: (_, error) => end(error),
  },
});
dispatcher.add(destination);
dispatcher.start();
await ended;
await dispatcher.stop({ graceMs: 0 });
await destination.close();
const { states } = await store.stats();
await store.close();
const half = bytes.length / 2;
const grownBytes = Math.max(...bytes.slice(half)) - Math.max(...bytes.slice(0, half));
process.stdout.write(JSON.stringify({ states, grownBytes }));
