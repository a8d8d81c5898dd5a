import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A check of the `Authorization` header against one key. It takes equally long for every wrong key,
 * and for a missing one: digests of equal length are compared, in constant time.
 *
 * @param key undefined: nobody is authorized
 */
export function compileBearer(key: string | undefined): (authorization: string | undefined) => boolean {
  const expected = key === undefined ? randomBytes(32) : digest(key);
  return (authorization) => {
    const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
    return timingSafeEqual(digest(given), expected);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
