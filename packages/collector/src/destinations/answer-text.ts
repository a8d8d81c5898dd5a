import { cutText } from '../cut-text.ts';

/** What is read and kept of Microsoft's answers. */

/** Texts are stored once per event, characters. */
const MAX_TEXT_LENGTH = 500;

export function shorten(text: string): string {
  return cutText(text, MAX_TEXT_LENGTH);
}

/**
 * A body as far as it came, and up to `maxBytes`. The status is known by then and decides; a connection
 * that breaks here must not turn an accepted batch into one that is sent twice.
 */
export async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) break;
    }
  } catch {
    // Cut off: what came before is all there is.
  }
  // Unlike a buffer's own way it leaves a byte order mark out, which JSON must not have.
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** Why there was no answer, in a word: texts of network errors vary and may repeat what was sent. */
export function failureName(error: unknown, signal: AbortSignal): string {
  const cause: unknown = signal.aborted ? signal.reason : error;
  if (!(cause instanceof Error)) return 'unknown error';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}

export function firstValue(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
