import { attempt } from '../attempt.ts';
import { listen } from '../guard.ts';

/** A navigation that has not come about by then has failed, ms. */
const PATIENCE_MS = 10_000;

let expectedUntil = 0;

/** Follows the tab's navigations, where the browser has the Navigation API. */
export function watchSuccessor(): void {
  const follow = (event: Event) => {
    const { url, sameDocument } = (event as NavigateEvent).destination;
    const isOurs = !sameDocument && url.startsWith(`${location.origin}/`);
    expectedUntil = isOurs ? Date.now() + PATIENCE_MS : 0;
  };
  attempt(() => listen('navigate', follow, navigation as EventTarget));
}

/**
 * Whether another page of the site is about to follow in this tab: it finds what is on disk and,
 * other than a page that has gone, sees what the collector answers.
 */
export function hasSuccessor(): boolean {
  return Date.now() < expectedUntil;
}
