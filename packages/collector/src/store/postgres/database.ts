import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { toStorable } from '../../storable-text.ts';
import { StoreUnavailable } from '../unavailable.ts';

export interface Statement {
  /** Under which the server keeps it prepared on each connection; undefined: it is run once. */
  readonly name?: string;
  readonly text: string;
}

/** The name follows from the text, so that no two statements can meet under one. */
export function statement(text: string): Statement {
  return { name: `uet_capi_${createHash('sha1').update(text).digest('hex')}`, text };
}

export type Row = Record<string, unknown>;

/** Runs one statement. Numbers of 64 bits come as numbers, which is exact for times and event numbers. */
export type Run = <R = Row>(statement: Statement, values?: readonly unknown[]) => Promise<R[]>;

export interface Database {
  /** One statement, one round trip, one transaction: committed on disk when it resolves, or not at all. */
  run: Run;
  /** Several statements as one transaction. */
  transaction<T>(work: (run: Run) => Promise<T>): Promise<T>;
  /** Leaves all connections to themselves: the next call makes a new one. */
  reconnect(): void;
  /** After the calls before it, where the server answers. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** At most so many at a time. Further calls wait for one. */
  connections: number;
  /** Statements with which each connection begins, beside those of all. */
  session?: string;
  /** While it says yes no call is tried: waiting for a server that does not answer would only fill memory. */
  isGone?(): boolean;
}

/** A new connection, or a free one, must be had within this time, ms. */
const CONNECT_MAX_MS = 5_000;

/**
 * The server gives a statement up after this time, ms, and a wait for somebody's lock earlier. Here the same is
 * noticed somewhat later, where the server does not answer at all.
 */
const STATEMENT_MAX_MS = 10_000;
const LOCK_WAIT_MAX_MS = 5_000;
const ANSWER_MAX_MS = STATEMENT_MAX_MS + 2_000;

/**
 * The server ends a connection of which nothing was acknowledged for so long, ms, and asks so often, s. By the
 * system's defaults a machine that vanished while it was being sent a claim would keep its rows locked for a
 * quarter of an hour, and its idle connections for hours.
 */
const CLIENT_SILENT_MAX_MS = 20_000;
const CLIENT_ASKED_EVERY_S = 60;

/** A connection that nobody needs is closed after this time, ms. */
const IDLE_MAX_MS = 60_000;

/** A farewell that nobody answers is waited for so long, ms. */
const CLOSE_MAX_MS = 2_000;

/** So often a transaction that met another one in an embrace, or was to be repeated for its sake, is tried. */
const MAX_TRIES = 5;

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const REPEATABLE: ReadonlySet<string> = new Set(['40001', '40P01']);

/** The class of values that are wrong; its messages quote them. */
const DATA = '22';

/**
 * Classes of errors that blame the call and not the server's state: data, constraints, limits of a row or statement,
 * and what a trigger of somebody else's raises.
 * Statements are the same for every call: where the server does not understand one (class 42), tables or
 * rights are gone, or a pooler has mixed up connections.
 */
const CLASSES_OF_THE_CALL: ReadonlySet<string> = new Set(['21', DATA, '23', '54', 'P0']);

/**
 * Of these classes too, and yet the server's state: it has used up its transaction numbers, and takes no writes
 * until it was vacuumed. The name of its own function, as its words are in its own language.
 */
const NUMBERS_USED_UP = /^GetNew(Transaction|MultiXact)Id$/;

/**
 * For every statement of a connection, whatever the server's defaults are. Commits wait for the disk; and each
 * statement sees what was committed before it, for who has waited for a lock must see what its last holder did.
 */
const SESSION = `
  SET default_transaction_isolation = 'read committed';
  SET statement_timeout = ${STATEMENT_MAX_MS}; SET lock_timeout = ${LOCK_WAIT_MAX_MS};
  SET idle_in_transaction_session_timeout = ${STATEMENT_MAX_MS}; SET synchronous_commit = on;
  SET tcp_user_timeout = ${CLIENT_SILENT_MAX_MS}; SET tcp_keepalives_idle = ${CLIENT_ASKED_EVERY_S}`;

/** Opens no connection yet. */
export function createDatabase(options: DatabaseOptions): Database {
  const { isGone = () => false } = options;
  let pool = createPool(options);
  let closing: Promise<void> | undefined;

  async function attempt<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    if (closing) throw new StoreUnavailable('the store is closed');
    if (isGone()) throw new StoreUnavailable('the database does not answer');
    let client: pg.PoolClient | undefined;
    try {
      client = await pool.connect();
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      const isOfTheCall = isCallsFault(error);
      // Whatever else it was, a new connection is the better one: the answer may be on its way yet, or
      // the server no longer the one that takes writes.
      client?.release(!isOfTheCall);
      throw error;
    }
  }

  async function repeat<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(work);
      } catch (error) {
        if (!isRepeatable(error) || tries === MAX_TRIES) throw toStoreError(error);
      }
    }
  }

  return {
    run: ((statement, values) => repeat((client) => runOn(client)(statement, values))) as Run,
    transaction: (work) =>
      repeat(async (client) => {
        await client.query('BEGIN');
        try {
          const result = await work(runOn(client));
          await client.query('COMMIT');
          return result;
        } catch (error) {
          // After anything else the connection is closed, and that ends the transaction too.
          if (isCallsFault(error)) await client.query('ROLLBACK');
          throw error;
        }
      }),
    reconnect() {
      if (closing) return;
      void pool.end();
      pool = createPool(options);
    },
    close: () => (closing ??= Promise.race([pool.end(), sleep(CLOSE_MAX_MS, undefined, { ref: false })])),
  };
}

function createPool({ url, connections, session = '' }: DatabaseOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_MAX_MS,
    query_timeout: ANSWER_MAX_MS,
    idleTimeoutMillis: IDLE_MAX_MS,
    keepAlive: true,
    // One that is not used must keep no process from ending, least of all where nobody answers its farewell.
    allowExitOnIdle: true,
    application_name: 'uet-capi',
    types: { getTypeParser },
    onConnect: async (client) => void (await client.query(`${SESSION}; ${session}`)),
  });
  // The next call finds out by itself, and one that is under way has been told.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

function runOn(client: pg.PoolClient): Run {
  return async (statement, values) =>
    (await client.query(values ? { ...statement, values: values.map(toParameter) } : statement)).rows;
}

/** What is asked for with such characters was stored as this too. */
function toParameter(value: unknown): unknown {
  if (typeof value === 'string') return toStorable(value);
  return Array.isArray(value) ? value.map(toParameter) : value;
}

const BIGINT = 20;
const NUMERIC = 1700;

/** Sums of 64-bit numbers are `numeric`. */
const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid, format) =>
  oid === BIGINT || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format);

/** The five characters of SQLSTATE; undefined for what did not come from the server. */
function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

function isRepeatable(error: unknown): boolean {
  return REPEATABLE.has(sqlState(error) ?? '');
}

function isCallsFault(error: unknown): boolean {
  const state = sqlState(error);
  if (state === undefined) return error instanceof TypeError || error instanceof RangeError;
  const { routine = '' } = error as pg.DatabaseError;
  return CLASSES_OF_THE_CALL.has(state.slice(0, 2)) && !NUMBERS_USED_UP.test(routine);
}

/**
 * The server's first words alone: its details quote rows. Its code, or that of the system, is the cause of what
 * could not be done.
 */
function toStoreError(error: unknown): Error {
  if (error instanceof StoreUnavailable) return error;
  const { message, code, errors } = error as Error & { code?: string; errors?: Error[] };
  // Of a name with several addresses, each has failed in its own way.
  const told = message || errors?.map((one) => one.message).join(', ') || String(code);
  const state = sqlState(error);
  const text =
    state === undefined ? told : `${state.startsWith(DATA) ? withoutQuotes(told) : told} (${state})`;
  return isCallsFault(error) ? new Error(text) : new StoreUnavailable(text, { cause: code });
}

function withoutQuotes(text: string): string {
  return text.replace(/"[\s\S]*"/, '"…"');
}
