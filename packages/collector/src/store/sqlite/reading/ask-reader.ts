import type { Worker } from 'node:worker_threads';
import { StoreUnavailable } from '../../unavailable.ts';
import type { Connection } from '../connection.ts';
import { type Supervised, supervise } from '../supervise.ts';
import type { Reader } from './reader.ts';

export type AskReader = Pick<Connection<Reader>, 'call' | 'close'>;

/**
 * The reading thread, started with the first question: many a process is never asked one.
 *
 * @param open gives a worker that has opened the store
 * @param onLost told of each death
 */
export function askReader(open: () => Promise<Worker>, onLost: (error: Error) => void): AskReader {
  let started: Promise<Supervised<Reader>> | undefined;
  let isClosed = false;

  async function start(): Promise<Supervised<Reader>> {
    try {
      return supervise<Reader>(await open(), open, onLost);
    } catch (error) {
      // The next question tries again.
      started = undefined;
      throw new StoreUnavailable('the store cannot be read', { cause: error });
    }
  }

  const call: AskReader['call'] = (method, ...args) => {
    if (isClosed) return Promise.reject(new StoreUnavailable('the store is closed'));
    started ??= start();
    return started.then((reader) => reader.call(method, ...args));
  };

  return {
    call,
    async close() {
      isClosed = true;
      const reader = await started?.catch(() => undefined);
      await reader?.close();
    },
  };
}
