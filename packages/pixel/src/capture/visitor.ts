import { readCookie, writeCookie } from './cookie.ts';
import { visitorId } from './ids.ts';

const VISITOR_COOKIE = '_capi_vid';

/** As long as the UET tag keeps its own visitor id, days. */
const VISITOR_DAYS = 390;

/** Kept here where cookies are refused: at least one page then has one visitor. */
let remembered: string | undefined;

function read(cookie: string): string | undefined {
  return (/^[0-9a-f]{32}/i.exec(readCookie(cookie) as string) || [])[0];
}

/** The visitor id that is known, if any. */
export function knownVisitor(): string | undefined {
  return read(VISITOR_COOKIE) || remembered;
}

/**
 * The visitor id: the UET tag's, so that both channels name the same visitor, also when its cookie
 * appears later than ours; else our own. Only with consent: reads and writes cookies.
 */
export function visitor(): string {
  const known = knownVisitor();
  const id = read('_uetvid') || known || visitorId();
  // Once on each page, so that it lives on; and when the answer to an earlier id has overwritten it.
  if (id !== remembered || id !== known) writeCookie(VISITOR_COOKIE, id, VISITOR_DAYS);
  remembered = id;
  return id;
}

export function forgetVisitor(): void {
  remembered = undefined;
  writeCookie(VISITOR_COOKIE);
}
