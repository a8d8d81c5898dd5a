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
const RETRY_MS = 500;

const SERVER = statement(`
  SELECT current_setting('server_version_num')::integer AS number, current_setting('server_version') AS name,
         current_setting('server_encoding') AS encoding`);

/** Codes of a server that may be there in a moment: of the system, and of PostgreSQL while it starts or is full. */
const PASSING: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  '57P03',
  '53300',
]);

const UNREACHABLE = 'Start the server, or correct host and port.';
const FULL = 'Raise max_connections of the server, or let fewer processes use it.';
const UNTRUSTED =
  'Name the authority that signed its certificate in the address (sslrootcert=FILE), or, to encrypt without ' +
  'knowing with whom, write uselibpqcompat=true&sslmode=require.';

/** By the code of the cause: SQLSTATE, or that of the system or of TLS. */
const REMEDIES: Readonly<Record<string, string>> = {
  '28P01': 'Correct user and password.',
  '28000': 'Let the user in (pg_hba.conf), or correct the address; many servers want sslmode=require.',
  '3D000': 'Create the database, or correct its name.',
  '42501':
    'Let the user make a schema in the database (GRANT CREATE ON DATABASE), or make the schema uet_capi for it.',
  '25006': 'Name the server that takes writes, not a replica of it.',
  '53300': FULL,
  '57P03': 'Wait until the server has started.',
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: 'Write the host name that the certificate of the server is for.',
};

/**
 * Makes the tables or brings them up to date.
 *
 * @param until a server that cannot be reached is tried again until then, ms
 * @throws {StoreUnusable}
 */
export async function prepare(database: Database, mustExist: boolean, until: number): Promise<void> {
  for (;;) {
    try {
      return await open(database, mustExist);
    } catch (error) {
      if (error instanceof StoreUnusable) throw error;
      const { message, cause } = error as Error;
      if (!PASSING.has(cause) || Date.now() >= until) {
        const isRemediable = error instanceof StoreUnavailable && typeof cause === 'string';
        throw new StoreUnusable(PLACE, message, (isRemediable && REMEDIES[cause]) || UNREACHABLE);
      }
      await sleep(RETRY_MS);
    }
  }
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
