import { resolveConfig } from '../../config/resolve.ts';
import { createStorage } from '../../intake/storage.ts';
import { createAppender } from '../../store/appender.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { importFile } from '../import-file.ts';

/** A process that imports a file (arguments: file, data directory) and prints what it took, as JSON. */

/** Until then buffers and compiled code have their size. */
const WARM_LINES = 5_000;

const [file, dataDir] = process.argv.slice(2) as [string, string];
const resolved = resolveConfig({ tagId: '1' }, { UET_CAPI_TOKEN: 'token' });
if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
const store = await openSqliteStore({ dataDir });
const storage = createStorage({
  store,
  appender: createAppender(store),
  isStopping: () => false,
  onError(error) {
    throw error;
  },
});

const counts = { accepted: 0, duplicate: 0, rejected: 0 };
/** Of the lines that were refused; they are few. */
const refused: number[] = [];
let lines = 0;
let warmBytes = 0;
let peakBytes = 0;
for await (const batch of importFile(file, {
  site: resolved.config.sites[0]!,
  storage,
  zone: undefined,
  now: Date.now,
  wait: async () => {},
})) {
  if (!Array.isArray(batch)) throw new Error(batch.stopped);
  for (const { line, status } of batch) {
    counts[status]++;
    if (status === 'rejected') refused.push(line);
  }
  lines += batch.length;
  const bytes = process.memoryUsage.rss();
  if (lines <= WARM_LINES) warmBytes = Math.max(warmBytes, bytes);
  else peakBytes = Math.max(peakBytes, bytes);
}
const { received } = await store.stats();
const events = received.reduce((sum, { count }) => sum + count, 0);
await store.close();
process.stdout.write(JSON.stringify({ counts, refused, events, grownBytes: peakBytes - warmBytes }));
