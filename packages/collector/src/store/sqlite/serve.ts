import type { MessagePort } from 'node:worker_threads';
import { sqliteCode } from './database.ts';
import type { Failure, Methods, Reply, Request } from './rpc.ts';

/** Answers calls from the other thread until `close` was one, then calls `onClosed`. */
export function serve(
  port: MessagePort,
  methods: Methods & { close(): void },
  onClosed: () => void = () => {},
): void {
  port.on('message', ({ id, method, args }: Request) => {
    const reply = (answer: { value: unknown } | { failure: Failure }) =>
      port.postMessage({ id, ...answer } satisfies Reply);
    try {
      const value = (methods[method] as (...args: readonly unknown[]) => unknown)(...args);
      if (value instanceof Promise) {
        value.then(
          (settled) => reply({ value: settled }),
          (error) => reply({ failure: toFailure(error) }),
        );
      } else reply({ value });
    } catch (error) {
      reply({ failure: toFailure(error) });
    }
    if (method !== 'close') return;
    onClosed();
    port.close();
  });
}

export function toFailure(error: unknown): Failure {
  return { message: error instanceof Error ? error.message : String(error), sqliteCode: sqliteCode(error) };
}
