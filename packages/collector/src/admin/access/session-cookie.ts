import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long a sign-in of the page lasts, ms: a working day. */
export const SESSION_MS = 12 * 3_600_000;

/**
 * What the page's cookie holds instead of a token: when it ends, signed. Every process of the same
 * config understands it, nothing is stored, and a new token ends all sessions of the old one.
 */
export interface SessionSigner {
  /** @param now ms */
  sign(now: number): string;
  /** True for what `sign` gave until it ends, also in another process. */
  isValid(value: string, now: number): boolean;
}

/** @param token of whom the sessions are */
export function createSessionSigner(token: string): SessionSigner {
  // A key of its own: what signs a cookie is nothing that opens another route.
  const key = createHmac('sha256', token).update('uet-capi admin session').digest();
  const signatureOf = (end: string) => createHmac('sha256', key).update(end).digest();
  return {
    sign(now) {
      const end = (now + SESSION_MS).toString(36);
      return `${end}.${signatureOf(end).toString('base64url')}`;
    },
    isValid(value, now) {
      const [, end, given] = /^([\da-z]{1,11})\.([\w-]{43})$/.exec(value) ?? [];
      if (end === undefined || given === undefined) return false;
      const isOurs = timingSafeEqual(Buffer.from(given, 'base64url'), signatureOf(end));
      return isOurs && Number.parseInt(end, 36) > now;
    },
  };
}
