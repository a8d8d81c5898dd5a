import { readCookie, writeCookie } from './cookie.ts';
import { visitorId } from './ids.ts';

export const VISITOR_COOKIE = '_capi_vid';

/** As long as the UET tag keeps its own visitor id, days. */
const VISITOR_DAYS = 390;

/** Kept here where cookies are refused: at least one page then has one visitor. */
let remembered: string | undefined;

function asVisitorId(raw: string | undefined): string | undefined {
  return (/^[0-9a-f]{32}/i.exec(raw as string) || [])[0];
}

/**
 * The visitor id: the UET tag's, so that both channels name the same visitor, also when its cookie
 * appears later than ours; else our own. Only with consent: reads and writes cookies.
 */
export function visitor(): string {
  const own = asVisitorId(readCookie(VISITOR_COOKIE)) || remembered;
  const id = asVisitorId(readCookie('_uetvid')) || own || visitorId();
  if (id !== remembered || id !== own) writeCookie(VISITOR_COOKIE, id, VISITOR_DAYS);
  remembered = id;
  return id;
}

/** Forgets the visitor; gives the id that was known. */
export function forgetVisitor(): string | undefined {
  const id = asVisitorId(readCookie(VISITOR_COOKIE)) || remembered;
  if (id) writeCookie(VISITOR_COOKIE, '', 0);
  remembered = undefined;
  return id;
}
