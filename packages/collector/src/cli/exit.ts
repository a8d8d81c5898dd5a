import { framesOf, type Log } from '../log.ts';

/** Exit codes of every command: done, failed, wrong use. */
export const EXIT = { ok: 0, failed: 1, wrongUse: 2 } as const;

/** Ends the command with a message for a person. */
export function fail(message: string, code: number = EXIT.failed): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = code;
}

/** Ends the command where a file that it was given is not there, is a directory, must not be used. */
export function failOnFile(error: unknown): void {
  const { syscall, code = '', path = 'the file', message } = error as NodeJS.ErrnoException;
  if (syscall !== 'open' && syscall !== 'read') throw error;
  fail(`${path}: ${FILE_REASONS[code] ?? message}.`, EXIT.wrongUse);
}

const FILE_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  EACCES: 'it must not be used: permission denied',
};

/**
 * Runs `stop` once at the first SIGTERM or SIGINT; a second signal ends the process at once, which
 * is safe: what was acknowledged is on disk.
 */
export function onStopSignal(stop: () => Promise<void>): void {
  // That nobody reads its first lines any more decides nothing about the end of what runs until it is stopped.
  process.exitCode ??= EXIT.ok;
  let stopping = false;
  const handle = () => {
    if (stopping) process.exit(EXIT.failed);
    stopping = true;
    stop().catch((error: Error) => fail(error.message));
  };
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
}

/**
 * Ends the process at an exception that nobody caught, as Node would, but without its message, which
 * may quote what a visitor sent. A library in somebody else's process has no business doing this.
 */
export function onBug(log: Log): void {
  process.on('uncaughtException', (error) => {
    log.error({ at: framesOf(error) }, 'ended by a bug of the collector; what was acknowledged is on disk');
    process.exit(EXIT.failed);
  });
}
