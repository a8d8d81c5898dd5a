import { type Finding, ok, warning } from '../finding.ts';
import { isLoopbackHost } from '../loopback-host.ts';

/** Parameters of the address that have the connection encrypted. */
const ENCRYPTED = /^(prefer|require|verify-ca|verify-full|no-verify)$/;

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
