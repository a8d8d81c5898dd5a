import { memoize } from '../memoize.ts';

/** Pure reading of a `Content-Type` header. Few different ones are sent. */

/** `text/plain` of `text/plain;charset=UTF-8`; empty where there is none. */
export function mediaType(contentType: string | undefined): string {
  return contentType === undefined ? '' : typeOf(contentType);
}

const typeOf = memoize((contentType) => contentType.split(';', 1)[0]!.trim().toLowerCase());

/** True unless the header names another charset. */
export function isUtf8(contentType: string | undefined): boolean {
  return contentType === undefined || namesUtf8(contentType);
}

const namesUtf8 = memoize((contentType) => {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1];
  return charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset);
});
