import { createDispatcher } from '../../../packages/collector/dist/delivery/dispatcher.js';
import { createUetCapiDestination } from '../../../packages/collector/dist/destinations/uet-capi/destination.js';
import { openSqliteStore } from '../../../packages/collector/dist/store/sqlite/sqlite-store.js';
import { DESTINATION } from '../backlog.mjs';
import { TAG_ID, TOKEN } from '../site.mjs';
import { serveDrains } from './measure.mjs';

/** The defaults, but for the rate limit: it would be what is measured on a fast machine. */
const SETTINGS = {
  batchMs: 250,
  retryBaseMs: 1_000,
  retryMaxMs: 300_000,
  timeoutMs: 30_000,
  probeMs: 60_000,
  maxInFlight: 4,
  ratePerSecond: 10_000,
  burst: 10_000,
};

serveDrains(async ({ dataDir, url, count }) => {
  const store = await openSqliteStore({ dataDir });
  const destination = createUetCapiDestination({
    id: DESTINATION,
    tagId: TAG_ID,
    token: TOKEN,
    endpoint: url,
    maxInFlight: SETTINGS.maxInFlight,
  });
  let left = count;
  const done = Promise.withResolvers();
  const dispatcher = createDispatcher({
    store,
    settings: SETTINGS,
    events: {
      onRequest() {},
      onSettled(_, outcomes) {
        left -= outcomes.length;
        if (outcomes.some(({ state }) => state !== 'accepted')) done.reject(new Error('not accepted'));
        if (left === 0) done.resolve();
      },
      onPaused: (_, reason) => done.reject(new Error(reason)),
      onResumed() {},
      onCircuit() {},
      onError: (_, error) => done.reject(error),
    },
  });
  dispatcher.add(destination);
  dispatcher.start();
  await done.promise;
  await dispatcher.stop({ graceMs: 0 });
  await destination.close();
  await store.close();
});
