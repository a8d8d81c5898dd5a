import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../unavailable.ts';
import { createDatabase, type Database } from './database.ts';
import { startServer, type TestServer } from './testing/server.ts';

let server: TestServer;
let database: Database;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.end());

beforeEach(async () => {
  database = createDatabase({ url: await server.createDatabase(), connections: 1 });
});

afterEach(() => database.close());

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
  ])('is the call: %s', async (_, text) => {
    const error = await database.run({ text }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(StoreUnavailable);
  });
});
