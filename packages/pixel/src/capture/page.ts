import { attempt } from '../attempt.ts';
import { say } from '../debug.ts';
import { guard, later, listen, whenIdle } from '../guard.ts';
import { noteClickId } from './click-id.ts';
import { pageLoadId } from './ids.ts';

/** A page is one address shown: the load itself, each SPA address, each return from the back/forward cache. */
export interface Page {
  /** The id for its events from now on. */
  id: string;
  url: string;
  referrer: string | undefined;
  /** Its events wait: a feature is about to change the id. */
  pending?: boolean;
  /** Its page load was captured. */
  counted?: boolean;
  /** The id that its page load went out with. */
  sentAs?: string;
}

/**
 * From the end of the work that a move has caused to the look at it, ms. React Router's `<Navigate>`
 * renders the page that it leaves, and only then goes to another; titles are set even later.
 */
const SETTLE_MS = 50;

/** The page at the last look; undefined until one is shown. */
export let page: Page | undefined;

/** An address without a fragment, unless a router lives in it. */
function addressOf(url: string): string {
  return url.replace(/#(?![/!]).*/, '');
}

/** The address is another page's, which has not begun. */
export function hasMoved(): boolean {
  return addressOf(location.href) !== addressOf((page as Page).url);
}

/** Begins another page: told by the word `opened`. */
export function openPage(): Page {
  const url = location.href;
  page = { id: pageLoadId(), url, referrer: page ? page.url : attempt(() => document.referrer) };
  noteClickId(url);
  say('opened', page);
  return page;
}

/** The page of now, after a look at the address. */
export function currentPage(): Page {
  return hasMoved() ? openPage() : (page as Page);
}

/**
 * Follows the page. A move is looked at when the router has come to rest, so that its pushes and
 * replaces are one, and the title is the page's own; at once when an event needs the page before.
 */
export function watchPages(): void {
  const soon = guard(() => whenIdle(() => later(currentPage, SETTLE_MS)));
  for (const method of ['pushState', 'replaceState'] as const) {
    const original = history[method];
    // A frozen history refuses: then navigation is noticed at the next event.
    attempt(() => {
      history[method] = function (this: History, ...args) {
        say('moving');
        // What the page's own call throws is the page's to see.
        original.apply(this, args);
        soon();
      };
    });
  }
  listen('popstate', soon);
  openPage();
}
