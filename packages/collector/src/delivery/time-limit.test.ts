import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createUetCapiDestination } from '../destinations/uet-capi/destination.ts';
import { systemClock } from './clock.ts';
import { withTimeLimit } from './time-limit.ts';

const LIMIT_MS = 2_000;

/** For the other thread to answer, ms. */
const PATIENCE_MS = 30_000;

/** A server on a thread of its own, as it must answer while this one stands still: when the first flag says so. The second says that it did. */
const SERVER = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      parentPort.postMessage('asked');
      Atomics.wait(workerData, 0, 0);
      response.end('{"eventsReceived":1}', () => {
        Atomics.store(workerData, 1, 1);
        Atomics.notify(workerData, 1);
      });
    });
  }).listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;

test('an answer that came while the process stood still is read, however late', async () => {
  const flags = new Int32Array(new SharedArrayBuffer(12));
  const server = new Worker(SERVER, { eval: true, workerData: flags });
  const [port] = (await once(server, 'message')) as [number];
  const endpoint = `http://127.0.0.1:${port}`;
  const destination = createUetCapiDestination({ id: 'd', tagId: '1', token: 't', endpoint, maxInFlight: 1 });
  const never = new AbortController().signal;
  try {
    const asked = once(server, 'message');
    const answer = withTimeLimit(systemClock, LIMIT_MS, never, (signal) => destination.send(['{}'], signal));
    await asked;
    Atomics.store(flags, 0, 1);
    Atomics.notify(flags, 0);
    // Nothing runs on this thread until the answer was written, and the limit has passed.
    Atomics.wait(flags, 1, 0, PATIENCE_MS);
    Atomics.wait(flags, 2, 0, LIMIT_MS);
    expect(await answer).toMatchObject({ kind: 'processed' });
  } finally {
    await destination.close();
    await server.terminate();
  }
});
