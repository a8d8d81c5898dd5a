import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { StoreUnavailable } from '../unavailable.ts';
import { createDatabase, type Database } from './database.ts';
import { startServer, type TestServer, withClient } from './testing/server.ts';

let server: TestServer;
let url: string;
let database: Database;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.end());

beforeEach(async () => {
  url = await server.createDatabase();
  database = createDatabase({ url, connections: 1 });
});

afterEach(() => database.close());

it('sees what was committed before each statement, and commits to the disk, whatever the defaults are', async () => {
  const name = new URL(url).pathname.slice(1);
  await withClient(url, (client) =>
    client.query(`
      ALTER DATABASE ${name} SET default_transaction_isolation = 'repeatable read';
      ALTER DATABASE ${name} SET synchronous_commit = off`),
  );
  const settings = await database.run({
    text: `SELECT current_setting('transaction_isolation') AS isolation, current_setting('synchronous_commit') AS sync`,
  });
  expect(settings).toEqual([{ isolation: 'read committed', sync: 'on' }]);
});

it('is ended by the server where its machine has vanished', async () => {
  const text = `
    SELECT current_setting('tcp_user_timeout') AS silent, current_setting('tcp_keepalives_idle') AS asked`;
  // Linux alone knows the first.
  const silent = process.platform === 'linux' ? '20000' : '0';
  expect(await database.run({ text })).toEqual([{ silent, asked: '60' }]);
});

describe('what a statement fails by', () => {
  it.each([
    ['a table that is gone', 'SELECT FROM uet_capi.event'],
    ['a prepared statement of another connection', 'EXECUTE other'],
    ['time that is over', 'SET statement_timeout = 1; SELECT pg_sleep(5)'],
  ])('is the store: %s', async (_, text) => {
    await expect(database.run({ text })).rejects.toThrow(StoreUnavailable);
    expect(await database.run({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }]);
  });

  it.each([
    ['a number that is too large', 'SELECT 9223372036854775808::bigint'],
    ['a text that is no JSON', `SELECT '{'::json`],
    ['a trigger of somebody else', `DO $$ BEGIN RAISE 'no'; END $$`],
  ])('is the call: %s', async (_, text) => {
    const error = await database.run({ text }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(StoreUnavailable);
  });

  it('is the store: transaction numbers that are used up', async () => {
    // A server that has used up two thousand million of them takes long to make.
    const words = 'database is not accepting commands to avoid wraparound data loss';
    const error = Object.assign(new pg.DatabaseError(words, words.length, 'error'), {
      code: '54000',
      routine: 'GetNewTransactionId',
    });
    const query = vi.spyOn(pg.Client.prototype, 'query').mockRejectedValue(error as never);
    onTestFinished(() => query.mockRestore());
    await expect(database.run({ text: 'SELECT 1' })).rejects.toEqual(
      new StoreUnavailable(`${words} (54000)`),
    );
  });

  it('does not quote what a call brought', async () => {
    const error = database.run({ text: `SELECT 'jane@shop.example "x"'::bigint` });
    await expect(error).rejects.toThrow(/^invalid input syntax for type bigint: "…" \(22P02\)$/);
  });
});
