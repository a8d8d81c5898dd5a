import type { Worker } from 'node:worker_threads';
import { StoreUnavailable } from '../unavailable.ts';
import type { Failure, Methods, Reply, Request } from './rpc.ts';

/**
 * Primary result codes that blame the call and not the state of disk, memory or locks: TOOBIG, CONSTRAINT,
 * MISMATCH, RANGE. Not ERROR: statements are the same for every call, and where one is not understood tables are
 * gone. https://sqlite.org/rescode.html
 */
const CODES_OF_THE_CALL: ReadonlySet<number> = new Set([18, 19, 20, 25]);

export interface Connection<Asked extends Methods> {
  call<Method extends keyof Asked & string>(
    method: Method,
    ...args: Parameters<Asked[Method]>
  ): Promise<Awaited<ReturnType<Asked[Method]>>>;
  /** Ends the worker after the calls before it. Can be repeated. */
  close(): Promise<void>;
  /** Resolves when the worker is gone, with the reason that calls are rejected with from then on. */
  ended: Promise<Error>;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Calls an opened worker. One message a call: what to join is the caller's business. */
export function connect<Asked extends Methods>(worker: Worker): Connection<Asked> {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let ended: Error | undefined;
  let closing: Promise<void> | undefined;

  worker.on('message', (reply: Reply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('failure' in reply) call?.reject(toError(reply.failure));
    else call?.resolve(reply.value);
  });
  worker.on('error', (error) => end(new StoreUnavailable('the store has failed', { cause: error })));
  const exited = new Promise<Error>((resolve) => {
    worker.on('exit', () => {
      const reason = ended ?? new StoreUnavailable('the store is closed');
      end(reason);
      resolve(reason);
    });
  });

  function end(error: Error): void {
    ended ??= error;
    for (const call of waiting.values()) call.reject(ended);
    waiting.clear();
  }

  function call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (ended) throw ended;
      const id = ++lastId;
      // Throws for what cannot be cloned, which then rejects this call alone.
      worker.postMessage({ id, method, args } satisfies Request);
      waiting.set(id, { resolve, reject });
    });
  }

  async function close(): Promise<void> {
    if (ended) return;
    const closed = call('close');
    ended = new StoreUnavailable('the store is closed');
    await closed;
    await exited;
  }

  return {
    call: call as Connection<Asked>['call'],
    close: () => (closing ??= close()),
    ended: exited,
  };
}

function toError({ message, sqliteCode }: Failure): Error {
  if (sqliteCode === undefined || CODES_OF_THE_CALL.has(sqliteCode)) return new Error(message);
  return new StoreUnavailable(message);
}
