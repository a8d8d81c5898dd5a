import { type Database, statement } from './database.ts';
import { MIGRATIONS } from './schema.ts';

/** Of the lock that processes which start together take, one after the other. Any number that nobody else uses. */
const MIGRATION_LOCK = 7_130_201_455_831;

const EXISTS = statement(`SELECT to_regclass('uet_capi.migration') IS NOT NULL AS exists`);
const SCHEMA_EXISTS = statement(`SELECT to_regnamespace('uet_capi') IS NOT NULL AS exists`);
const VERSION = statement('SELECT version FROM uet_capi.migration');

/** How many steps the database has been through; undefined where nobody has stored anything there. */
export async function readVersion({ run }: Pick<Database, 'run'>): Promise<number | undefined> {
  const [found] = await run<{ exists: boolean }>(EXISTS);
  if (!found?.exists) return undefined;
  return (await run<{ version: number }>(VERSION))[0]?.version;
}

/**
 * Brings the tables up to date, making them where there are none.
 *
 * @returns the version they have now: a higher one than is known here was made by a newer uet-capi
 */
export async function migrate(database: Database): Promise<number> {
  const known = await readVersion(database);
  if (known !== undefined && known >= MIGRATIONS.length) return known;
  return database.transaction(async (run) => {
    await run({ text: `SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})` });
    // Not IF NOT EXISTS: that wants the right to make one also where there is one.
    const [schema] = await run<{ exists: boolean }>(SCHEMA_EXISTS);
    if (!schema?.exists) await run({ text: 'CREATE SCHEMA uet_capi' });
    await run({ text: 'CREATE TABLE IF NOT EXISTS uet_capi.migration (version integer NOT NULL)' });
    // Read again inside: another process may just have done the same.
    const [found] = await run<{ version: number }>(VERSION);
    if (!found) await run({ text: 'INSERT INTO uet_capi.migration VALUES (0)' });
    const from = found?.version ?? 0;
    if (from >= MIGRATIONS.length) return from;
    for (const text of MIGRATIONS.slice(from)) await run({ text });
    await run(statement('UPDATE uet_capi.migration SET version = $1'), [MIGRATIONS.length]);
    return MIGRATIONS.length;
  });
}
