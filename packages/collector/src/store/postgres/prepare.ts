import { setTimeout as sleep } from 'node:timers/promises';
import { StoreMissing, StoreUnusable } from '../errors.ts';
import { StoreUnavailable } from '../unavailable.ts';
import { type Database, statement } from './database.ts';
import { migrate, readVersion } from './migrate.ts';
import { MIGRATIONS } from './schema.ts';

/** What an error calls the store: its address is a secret. */
const PLACE = 'UET_CAPI_DATABASE_URL';

/** Older versions have not been maintained since 2024, and `MATERIALIZED` is 12; as `server_version_num` has it. */
const OLDEST_SERVER = 130_000;

/** Between two tries to reach a server, ms. */
const RETRY_MS = 250;

const SERVER = statement(`
  SELECT current_setting('server_version_num')::integer AS number, current_setting('server_version') AS name,
         current_setting('server_encoding') AS encoding`);

const UNREACHABLE = 'Start the server, or correct host and port.';
const UNTRUSTED =
  'Name the authority that signed its certificate in the address (sslrootcert=FILE), or, to encrypt without ' +
  'knowing with whom, write uselibpqcompat=true&sslmode=require.';

/** What only a person ends, by the code of the cause: SQLSTATE, or that of TLS. Everything else may pass by itself. */
const LASTING: Readonly<Record<string, string>> = {
  '28P01': 'Correct user and password.',
  '28000': 'Let the user in (pg_hba.conf), or correct the address; many servers want sslmode=require.',
  '3D000': 'Create the database, or correct its name.',
  '42501':
    'Let the user make a schema in the database (GRANT CREATE ON DATABASE), or make the schema uet_capi for it.',
  '25006': 'Name the server that takes writes, not a replica of it.',
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: 'Write the host name that the certificate of the server is for.',
};

/** The same by the words of the driver's own errors, which have no code. */
const LASTING_WORDS: readonly [RegExp, string][] = [
  [/^SASL/, LASTING['28P01']!],
  [/does not support SSL/, 'Set ssl = on at the server, or take sslmode out of the address.'],
];

/** What to do where it has not passed. */
const PASSING: Readonly<Record<string, string>> = {
  '53300': 'Raise max_connections of the server, or let fewer processes use it.',
  '57P03': 'Wait until the server has started.',
  // A socket, or the file of a certificate.
  ENOENT: 'Start the server, or correct the path in the address.',
};

export interface PrepareOptions {
  /** See `PostgresStoreOptions`. */
  mustExist: boolean;
  patienceMs: number;
  onWaiting(reason: string): void;
  signal: AbortSignal | undefined;
}

/**
 * Makes the tables or brings them up to date.
 *
 * @throws {StoreUnusable}
 */
export async function prepare(
  database: Database,
  { mustExist, patienceMs, onWaiting, signal }: PrepareOptions,
): Promise<void> {
  const until = performance.now() + patienceMs;
  for (let told: string | undefined; ; ) {
    try {
      return await open(database, mustExist);
    } catch (error) {
      if (error instanceof StoreUnusable) throw error;
      const { message, cause } = error as Error;
      const lasting = remedyOfLasting(message, cause);
      const mayPass = error instanceof StoreUnavailable && lasting === undefined;
      if (!mayPass || performance.now() >= until || signal?.aborted) {
        throw new StoreUnusable(PLACE, message, lasting ?? PASSING[String(cause)] ?? UNREACHABLE);
      }
      if (message !== told) onWaiting(message);
      told = message;
      await sleep(RETRY_MS);
    }
  }
}

function remedyOfLasting(message: string, cause: unknown): string | undefined {
  return LASTING[String(cause)] ?? LASTING_WORDS.find(([words]) => words.test(message))?.[1];
}

async function open(database: Database, mustExist: boolean): Promise<void> {
  const [server] = await database.run<{ number: number; name: string; encoding: string }>(SERVER, []);
  const { number, name, encoding } = server!;
  if (number < OLDEST_SERVER) {
    throw new StoreUnusable(PLACE, `it is PostgreSQL ${name}`, 'Use version 13 or newer.');
  }
  if (encoding !== 'UTF8') {
    const remedy = "Make one that is: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0.";
    throw new StoreUnusable(PLACE, `its texts are in ${encoding}, not UTF8`, remedy);
  }
  if (mustExist && (await readVersion(database)) === undefined) {
    throw new StoreMissing(
      PLACE,
      'nothing was ever stored there',
      'Name the database of the running collector.',
    );
  }
  const version = await migrate(database);
  if (version > MIGRATIONS.length) {
    const cause = `it has tables of a newer uet-capi (${version}, this one knows ${MIGRATIONS.length})`;
    throw new StoreUnusable(PLACE, cause, 'Run the newer version.');
  }
}
