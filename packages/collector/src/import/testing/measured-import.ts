import { resolveConfig } from '../../config/resolve.ts';
import { createStorage } from '../../intake/storage.ts';
import { createAppender } from '../../store/appender.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { importFile } from '../import-file.ts';

/** A process that imports a file (arguments: file, data directory) and prints what it took, as JSON. */

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
/** Resident memory of the process after each batch. */
const bytes: number[] = [];
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
  bytes.push(process.memoryUsage.rss());
}
const { received } = await store.stats();
const events = received.reduce((sum, { count }) => sum + count, 0);
await store.close();
const half = bytes.length / 2;
const grownBytes = Math.max(...bytes.slice(half)) - Math.max(...bytes.slice(0, half));
process.stdout.write(JSON.stringify({ counts, refused, events, grownBytes }));
