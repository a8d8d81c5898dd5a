import { type DestinationStream, pino } from 'pino';
import type { LogLevel } from './config/schema.ts';
import { limitRepeats } from './observability/limit-repeats.ts';
import { createLineRedaction } from './observability/redact-line.ts';

/**
 * What the collector tells its operator. Requests are counted, not logged. No message carries an
 * event's content, a key, or a token.
 */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** Fields that must never be written, wherever a library puts them into an error. */
const SECRET_FIELDS = ['authorization', 'token', 'serverKey', 'adminToken', 'headers', 'body', 'wire'];

/**
 * JSON lines on standard error, so that standard output stays free for a command's own result.
 *
 * @param secrets their values are redacted wherever they appear; may become more
 */
export function createLog(
  level: LogLevel = 'info',
  secrets: readonly string[] = [],
  output: DestinationStream = pino.destination(2),
): Log {
  const lines = pino(
    {
      level,
      base: null,
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), remove: true },
      hooks: { streamWrite: createLineRedaction(secrets) },
    },
    output,
  );
  return limitRepeats(lines);
}

/** Where a bug is. Its message is left out: it may quote what a visitor sent. */
export function framesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
}
