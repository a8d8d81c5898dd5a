import { attempt, later } from '../guard.ts';
import { noteClickId } from './click-id.ts';
import { pageLoadId } from './ids.ts';
import { watchNavigation } from './navigation.ts';
import { readMid, watchTag } from './tag-page.ts';

/**
 * Pages and their ids.
 *
 * A page is one address shown: the load itself, each SPA address, each return from the
 * back/forward cache. Its id is the UET tag's `mid`, so that the server's events join the browser's
 * page load; our own v4 id where there is none. The cases:
 *
 * - Tag there first: `mid` is readable, the page takes it at once. A page load that the tag sent
 *   before we came is found among its kept beacons and reported.
 * - Tag comes within a second: the page waits for its `mid`, and the page's events wait with it.
 * - Tag comes later, or the page ends earlier: events so far carry our own id. The page then takes
 *   the `mid` for its later events, and the report of the tag's page load names both ids, so that
 *   the collector finds the page load that it holds.
 * - SPA, tag renews its `mid`: the new page waits for a `mid` other than the last one. Whichever of
 *   us wrapped `history` last, the old page looks a last time before the address changes, the new
 *   one after, so neither takes the other's.
 * - SPA, tag keeps its `mid` (it does not follow SPA navigation): after a second the new page takes
 *   our own fresh id, and the tag's old `mid` is never taken twice.
 * - Tag counts a page where we do not (an anchor): later events follow the new `mid`; its page load
 *   stands for this page's.
 */

export interface Page {
  /** The id for its events from now on. */
  id: string;
  /** The id will not change before the next beacon of the tag. */
  settled: boolean;
  url: string;
  referrer: string;
  /** The id that its page load went out with. */
  sentAs?: string;
  /** Its page load was captured. */
  counted?: boolean;
}

export interface PageReport {
  pageLoadId: string;
  mid: string;
  tagSentPageLoad: true;
}

export interface PageHandlers {
  /** False where the site has no UET tag: nothing to wait for. */
  hasTag: () => boolean;
  tagId: string;
  /** A new page began. */
  opened(page: Page): void;
  /** The page's id is settled. */
  settled(): void;
  /** The tag sent a page load. */
  report(report: PageReport): void;
}

export interface Pages {
  /** The page of now, after a look at address and tag. */
  now(): Page;
  /** Another page at the same address: restored, or so said by the site. */
  open(): Page;
  /** The page is ending, or nobody sees it: settles its id as it is. */
  settle(): void;
}

/** Events wait for the tag's page id this long, ms. */
const MID_WAIT_MS = 1_000;

/** How often the tag is looked at meanwhile, ms. */
const MID_POLL_MS = 50;

/** An address without a fragment, unless a router lives in it. */
function addressOf(url: string): string {
  return url.replace(/#(?![/!]).*/, '');
}

export function watchPages({ hasTag, tagId, opened, settled, report }: PageHandlers): Pages {
  let page: Page | undefined;
  /** Each `mid` taken so far, and the id that the page load of its page carries. */
  const taken: Record<string, string> = {};
  /** Page loads that the tag sent, and that were not reported yet. */
  const loads = new Set<string>();

  const tell = (mid: string) => {
    const id = taken[mid];
    if (id && loads.delete(mid)) report({ pageLoadId: id, mid, tagSentPageLoad: true });
  };
  const finish = (ending: Page) => {
    ending.settled = true;
    settled();
  };
  const take = (mid = readMid()) => {
    // After a move, the `mid` is for the page to come.
    if (!page || !mid || taken[mid] || !hasTag() || hasMoved()) return;
    taken[mid] = page.sentAs || mid;
    page.id = mid;
    tell(mid);
    finish(page);
  };
  const hasMoved = () => !page || addressOf(location.href) !== addressOf(page.url);
  const open = () => {
    const url = location.href;
    const last = page;
    const opening: Page = {
      id: pageLoadId(),
      settled: false,
      url,
      referrer: (last || { url: attempt(() => document.referrer) || '' }).url,
    };
    if (last) last.settled = true;
    page = opening;
    noteClickId(url);
    opened(opening);
    const poll = (left: number) => {
      take();
      if (opening.settled) return;
      if (left && hasTag()) later(() => poll(left - 1), MID_POLL_MS);
      else finish(opening);
    };
    poll(MID_WAIT_MS / MID_POLL_MS);
    return opening;
  };
  const now = () => {
    if (hasMoved()) open();
    take();
    return page as Page;
  };

  watchTag(tagId, (mid, isPageLoad) => {
    if (isPageLoad) loads.add(mid);
    // A beacon of an earlier page may come late.
    if (mid === (readMid() || mid)) take(mid);
    tell(mid);
  });
  open();
  watchNavigation({ before: () => take(), after: now, restored: open });
  return {
    now,
    open,
    settle() {
      const ending = now();
      if (!ending.settled) finish(ending);
    },
  };
}
