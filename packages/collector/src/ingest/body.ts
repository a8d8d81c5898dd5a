import type { Readable } from 'node:stream';

/** What came of reading a request's body. */
export type ReadBody =
  | { bytes: Buffer }
  /** A body parser in front of the collector had read it already and left this. */
  | { parsed: unknown }
  | { failed: 'tooLarge' | 'tooSlow' | 'tooMany' | 'aborted' | 'consumed' };

/** A request as `node:http` gives it, with what Express's body parsers add. */
export type BodySource = Readable & { body?: unknown; complete?: boolean };

/**
 * A body has this long to arrive, ms: 8 MB over a line of 2 Mbit/s. Node's own limit for a whole
 * request is 300 s by default, and that of a host application is not ours to set.
 */
export const BODY_TIMEOUT_MS = 30_000;

/** Bodies that are still arriving hold at most this together, bytes: eight of the largest. */
export const MAX_ARRIVING_BYTES = 64 * 1024 * 1024;

/** What they hold now, in this process. */
let arriving = 0;

/**
 * Reads a body of at most `limitBytes`. What is beyond is neither read nor kept. Never rejects:
 * everything a client can do is a value.
 *
 * @param declaredLength the `Content-Length` header: what is too large by its own word is not read
 */
export function readBody(
  source: BodySource,
  declaredLength: string | undefined,
  limitBytes: number,
): Promise<ReadBody> {
  if (Number(declaredLength) > limitBytes) return Promise.resolve({ failed: 'tooLarge' });
  if (source.readableEnded) {
    return Promise.resolve(source.body === undefined ? { failed: 'consumed' } : { parsed: source.body });
  }
  if (source.destroyed) return Promise.resolve({ failed: 'aborted' });

  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let size = 0;
    let isFinished = false;
    let timer: NodeJS.Timeout | undefined;
    const finish = (result: ReadBody) => {
      isFinished = true;
      clearTimeout(timer);
      arriving -= size;
      size = 0;
      // The listeners live as long as the request does.
      chunks = [];
      resolve(result);
    };
    const giveUp = (failed: 'tooLarge' | 'tooSlow' | 'tooMany') => {
      source.off('data', onData).pause();
      finish({ failed });
    };
    const onData = (chunk: Buffer | string) => {
      // A string where somebody in front called setEncoding().
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      size += bytes.length;
      arriving += bytes.length;
      if (size > limitBytes) giveUp('tooLarge');
      else if (arriving > MAX_ARRIVING_BYTES) giveUp('tooMany');
      else chunks.push(bytes);
    };
    source.on('data', onData);
    source.on('end', () => finish({ bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) }));
    // These stay after the promise is settled: an error without listener would end the process.
    source.on('error', () => finish({ failed: 'aborted' }));
    source.on('close', () => finish({ failed: 'aborted' }));
    // Most bodies come in one piece with their head: they are complete as soon as the parser has gone on,
    // and flow unless something in front has stopped them.
    queueMicrotask(() => {
      const isAllHere = source.complete && !source.isPaused();
      if (!isFinished && !isAllHere) timer = setTimeout(giveUp, BODY_TIMEOUT_MS, 'tooSlow');
    });
  });
}
