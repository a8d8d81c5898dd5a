import type { Readable } from 'node:stream';

/** What came of reading a request's body. */
export type ReadBody =
  | { bytes: Buffer }
  /** A body parser in front of the collector had read it already and left this. */
  | { parsed: unknown }
  | { failed: 'tooLarge' | 'aborted' | 'consumed' };

/** A request as `node:http` gives it, with what Express's body parsers add. */
export type BodySource = Readable & { body?: unknown };

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
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer | string) => {
      // A string where somebody in front called setEncoding().
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      size += bytes.length;
      if (size <= limitBytes) {
        chunks.push(bytes);
        return;
      }
      source.off('data', onData);
      source.pause();
      resolve({ failed: 'tooLarge' });
    };
    source.on('data', onData);
    source.on('end', () => resolve({ bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) }));
    // These stay after the promise is settled: an error without listener would end the process.
    source.on('error', () => resolve({ failed: 'aborted' }));
    source.on('close', () => resolve({ failed: 'aborted' }));
  });
}
