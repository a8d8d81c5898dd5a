import { randomBytes, randomUUID } from 'node:crypto';

/**
 * A version 7 UUID: time first, so that new keys land at the end of the store's index. A random
 * key costs more than twice as much there.
 *
 * @param now ms since 1970
 */
export function timeOrderedId(now: number): string {
  const hex = now.toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** A version 4 UUID, as Microsoft wants page-load ids. */
export const newPageLoadId: () => string = randomUUID;

/** Names one answer to a server, so that both sides can speak of it. */
export const newTraceId: () => string = randomUUID;
