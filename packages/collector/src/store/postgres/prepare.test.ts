import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { openPostgresStore } from './postgres-store.ts';

/** What a server does with one connection. */
type Answer = (socket: Socket) => void;

/** https://www.postgresql.org/docs/current/protocol-error-fields.html */
const refuses =
  (code: string, message: string): Answer =>
  (socket) => {
    const fields = Buffer.from(`SFATAL\0C${code}\0M${message}\0\0`);
    const head = Buffer.alloc(5, 'E');
    head.writeInt32BE(fields.length + 4, 1);
    socket.end(Buffer.concat([head, fields]));
  };

const starting = refuses('57P03', 'the database system is starting up');
const wrongPassword = refuses('28P01', 'password authentication failed');

/** A server that answers so, one connection after the other, and the last ones alike. */
async function serverThat(...answers: Answer[]): Promise<string> {
  let connections = 0;
  const server = createServer((socket) => {
    const answer = answers[Math.min(connections++, answers.length - 1)]!;
    socket.on('error', () => {}).once('data', () => answer(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `postgres://u:p@127.0.0.1:${(server.address() as { port: number }).port}/x`;
}

it('is waited for whatever may pass by itself, told once for each reason, and no longer', async () => {
  const url = await serverThat(
    starting,
    starting,
    refuses('57P01', 'terminating connection due to administrator command'),
    (socket) => socket.destroy(),
    refuses('53300', 'too many clients already'),
    wrongPassword,
  );
  const reasons: string[] = [];
  const opening = openPostgresStore({ url, patienceMs: 60_000, onWaiting: (reason) => reasons.push(reason) });
  await expect(opening).rejects.toThrow(/\(28P01\)\. Correct user and password/);
  expect(reasons).toEqual([
    'the database system is starting up (57P03)',
    'terminating connection due to administrator command (57P01)',
    'Connection terminated unexpectedly',
    'too many clients already (53300)',
  ]);
});

it.each([
  ['a wrong password', wrongPassword],
  ['a database that is not there', refuses('3D000', 'database "x" does not exist')],
  ['a server that does not encrypt', (socket: Socket) => socket.end('N'), '?sslmode=verify-full'],
])('is not waited for: %s', async (_, answer, parameters = '') => {
  const onWaiting = () => expect.fail('it waits');
  const url = (await serverThat(answer)) + parameters;
  await expect(openPostgresStore({ url, patienceMs: 60_000, onWaiting })).rejects.toMatchObject({
    name: 'StoreUnusable',
    message: expect.not.stringMatching(/Start the server/),
  });
});

it('is not waited for after it was called off', async () => {
  const url = await serverThat(starting);
  const stopping = new AbortController();
  const opening = openPostgresStore({
    url,
    patienceMs: 60_000,
    onWaiting: () => stopping.abort(),
    signal: stopping.signal,
  });
  await expect(opening).rejects.toThrow(/57P03.*Wait until the server has started/);
});
