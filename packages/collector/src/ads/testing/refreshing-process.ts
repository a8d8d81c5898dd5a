/**
 * A process of its own that asks for access tokens and has each of them renewed, until it is killed:
 * `node refreshing-process.ts DIRECTORY SIGN_IN_URL KEY TIMEOUT_MS`. It tells its parent each result.
 */
import { systemClock } from '../../delivery/clock.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { createConnection } from '../connection.ts';

const [dataDir = '', url = '', key = '', timeoutMs] = process.argv.slice(2);
const connection = createConnection({
  store: await openSqliteStore({ dataDir }),
  app: { url, clientId: 'sandbox-app', clientSecret: undefined },
  encryptionKey: Buffer.from(key, 'base64'),
  clock: systemClock,
  timeoutMs: Number(timeoutMs),
});
const never = new AbortController().signal;

let token = '';
for (;;) {
  const result = await connection.renew(token, never);
  if (result.kind === 'good') token = result.token;
  process.send!(result.kind);
}
