import { isLoopbackHost } from '../../loopback-host.ts';
import type { ServerFacts } from '../../store/postgres/server-facts.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';

/** Parameters of the address that have the connection encrypted. */
const ENCRYPTED = /^(prefer|require|verify-ca|verify-full|no-verify)$/;

/** Of one process of the collector; see docs/operations.md, "Connections". */
const CONNECTIONS_OF_A_PROCESS = 11;

/** Whether others can read what goes to the shared store. */
export function checkDatabase(databaseUrl: string): Finding {
  const { hostname, searchParams } = new URL(databaseUrl);
  const isEncrypted =
    ENCRYPTED.test(searchParams.get('sslmode') ?? '') || /^(true|1)$/.test(searchParams.get('ssl') ?? '');
  // Without a host, or with a directory for one, it is a socket of this machine.
  const isHere = hostname === '' || isLoopbackHost(hostname) || searchParams.get('host')?.startsWith('/');
  if (isEncrypted || isHere) {
    return ok('database', 'Events are kept in the shared database; nothing is kept on this machine.');
  }
  return warning('database', {
    what: 'The connection to the database is not encrypted.',
    why: 'Who can listen between the two reads its password when it is not hashed, and personal data: addresses, hashes, click ids.',
    next: 'Add sslmode=verify-full to UET_CAPI_DATABASE_URL (with sslrootcert=FILE where the authority is your own), unless the network between them is yours alone.',
  });
}

/** @throws where the server cannot be asked */
export async function inspectDatabaseServer(databaseUrl: string): Promise<ServerFacts> {
  // The driver is loaded by those who use it alone.
  const { readServerFacts } = await import('../../store/postgres/server-facts.ts');
  return readServerFacts(databaseUrl);
}

/** Whether the server keeps what it has acknowledged, lets the collector work, and has connections left. */
export function checkDatabaseServer(facts: ServerFacts): Finding[] {
  const faults = [...checkKeeping(facts), ...checkRights(facts), ...checkConnections(facts)];
  if (faults.length > 0) return faults;
  const { version, connections, maxConnections } = facts;
  return [
    ok(
      'database-server',
      `PostgreSQL ${version}; ${connections} of ${maxConnections} connections are in use.`,
    ),
  ];
}

function checkKeeping({ fsync, fullPageWrites, autovacuum }: ServerFacts): Finding[] {
  const faults: Finding[] = [];
  if (!fsync) {
    faults.push(
      problem('database-server', {
        what: 'The database server does not wait for its disk (fsync = off).',
        why: 'A power cut or a crash of its machine loses events that were acknowledged, or damages the database.',
        next: 'Set fsync = on, and reload the server.',
      }),
    );
  }
  if (!fullPageWrites) {
    faults.push(
      warning('database-server', {
        what: 'The database server does not secure half-written pages (full_page_writes = off).',
        why: 'A power cut can damage the database, unless its file system never writes half a page (ZFS).',
        next: 'Set full_page_writes = on, and reload the server.',
      }),
    );
  }
  if (!autovacuum) {
    faults.push(
      warning('database-server', {
        what: 'The database server does not clean up by itself (autovacuum = off).',
        why: 'What waits comes and goes within seconds: its table grows without end, and deliveries become slow.',
        next: 'Set autovacuum = on, and reload the server.',
      }),
    );
  }
  return faults;
}

function checkRights({ isReadOnly, forbidden, ownsTables }: ServerFacts): Finding[] {
  const faults: Finding[] = [];
  if (isReadOnly) {
    faults.push(
      problem('database-server', {
        what: 'The database server takes no writes: it is a replica, or set to read alone.',
        why: 'Nothing is taken: browsers and servers get 503 and come again, until they give up.',
        next: 'Name the server that takes writes in UET_CAPI_DATABASE_URL.',
      }),
    );
  }
  if (forbidden.length > 0) {
    faults.push(
      problem('database-server', {
        what: `The user of the database may not read and write ${forbidden.map((name) => `uet_capi.${name}`).join(', ')}.`,
        why: 'Events are refused with 503, or are not delivered.',
        next: 'Make the user the owner of the tables, or GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA uet_capi.',
      }),
    );
  }
  if (!ownsTables) {
    faults.push(
      warning('database-server', {
        what: 'The user of the database may not make or change the tables.',
        why: 'The first start does it, and the start of a newer version: they fail.',
        next: 'Make the user the owner of the schema uet_capi and its tables, or let it make them (GRANT CREATE ON DATABASE).',
      }),
    );
  }
  return faults;
}

function checkConnections({ connections, maxConnections }: ServerFacts): Finding[] {
  if (maxConnections - connections >= CONNECTIONS_OF_A_PROCESS) return [];
  return [
    warning('database-server', {
      what: `Of ${maxConnections} connections of the database server ${connections} are in use.`,
      why: `A process of the collector takes up to ${CONNECTIONS_OF_A_PROCESS}. Without one it takes no events: 503.`,
      next: 'Raise max_connections of the server, or let fewer processes use it.',
    }),
  ];
}
