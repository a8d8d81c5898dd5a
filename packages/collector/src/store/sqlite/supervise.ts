import type { Worker } from 'node:worker_threads';
import { StoreUnavailable } from '../unavailable.ts';
import { type Connection, connect } from './connection.ts';
import type { Methods } from './rpc.ts';

/** Wait before the first new thread (ms); it doubles up to the maximum while threads die young. */
const RESTART_BASE_MS = 100;
const RESTART_MAX_MS = 10_000;

/** A thread that lived so long (ms) died of something new. */
const MATURE_MS = 60_000;

export interface Supervised<Asked extends Methods> extends Omit<Connection<Asked>, 'ended'> {
  /** False while the thread is gone and no new one has opened the store yet. */
  isUp(): boolean;
}

/**
 * A connection that outlives its thread: when that dies (out of memory, a bug), what was under way
 * rejects with `StoreUnavailable`, and so does everything until a new thread has opened the store.
 * Nothing is lost by it: what was not committed was not acknowledged.
 *
 * @param open gives a worker that has opened the store
 * @param onLost told of each death
 */
export function supervise<Asked extends Methods>(
  first: Worker,
  open: () => Promise<Worker>,
  onLost: (error: Error) => void,
): Supervised<Asked> {
  let connection = watch(first);
  let isUp = true;
  let failures = 0;
  let closing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function watch(worker: Worker): Connection<Asked> {
    const startedAt = performance.now();
    const connected = connect<Asked>(worker);
    connected.ended.then((error) => {
      if (closing) return;
      isUp = false;
      if (performance.now() - startedAt > MATURE_MS) failures = 0;
      onLost(error);
      restart();
    });
    return connected;
  }

  function restart(): void {
    const wait = Math.min(RESTART_BASE_MS * 2 ** failures++, RESTART_MAX_MS);
    timer = setTimeout(() => {
      open().then(replace, (error: Error) => {
        onLost(error);
        if (!closing) restart();
      });
    }, wait);
  }

  function replace(worker: Worker): void {
    connection = watch(worker);
    if (closing) void connection.close();
    else isUp = true;
  }

  async function close(): Promise<void> {
    clearTimeout(timer);
    await connection.close();
  }

  return {
    call: (method, ...args) =>
      isUp || closing
        ? connection.call(method, ...args)
        : Promise.reject(new StoreUnavailable('the store is being started again')),
    close: () => (closing ??= close()),
    isUp: () => isUp,
  };
}
