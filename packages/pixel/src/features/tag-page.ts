import { read } from '../attempt.ts';
import { granted } from '../capture/consent.ts';
import { send } from '../capture/event.ts';
import type { Page } from '../capture/page.ts';
import { hasMoved } from '../capture/page.ts';
import { on, say } from '../debug.ts';
import { later, listen } from '../guard.ts';
import { settings } from '../settings.ts';
import { hold } from '../waiting.ts';
import type { Feature } from './feature.ts';

/**
 * A page's id is the UET tag's `mid`, so that the server's events join the browser's page load; our
 * own v4 id where there is none. The cases:
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
 *
 * The tag's beacons are told to other features too.
 */

/** Events wait for the tag's page id this long, ms. */
const MID_WAIT_MS = 1_000;

/** How often the tag is looked at meanwhile, ms. */
const MID_POLL_MS = 50;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const asMid = (value: unknown) => (UUID.test(value as string) ? (value as string).toLowerCase() : undefined);

const feature: Feature = () => {
  let page: Page | undefined;
  /** Each `mid` taken so far, and the id that the page load of its page carries. */
  const taken: Record<string, string> = {};
  /** Page loads that the tag sent, and that were not reported yet. */
  const loads = new Set<string>();

  /** The tag's page id now: there as soon as the tag is constructed, before its first beacon. */
  const readMid = () => asMid(read(read(window.uetq, 'beaconParams'), 'mid'));
  const tell = (mid: string) => {
    const pageLoadId = taken[mid];
    if (!pageLoadId || !loads.delete(mid)) return;
    hold(() => {
      if (granted() || say('out?', {}).includes(true))
        send({ report: { pageLoadId, mid, tagSentPageLoad: true } });
      return true;
    });
  };
  const settle = () => {
    if (page) page.pending = false;
    say('go?');
  };
  const take = (mid = readMid()) => {
    // After a move, the `mid` is for the page to come.
    if (!page || !mid || taken[mid] || hasMoved()) return;
    taken[mid] = page.sentAs || mid;
    page.id = mid;
    tell(mid);
    settle();
  };
  const hear = (beacon: unknown, isLive: boolean) => {
    const params = new URLSearchParams(String(beacon).replace(/.*\?/, ''));
    // A second tag on the page has a life of its own.
    if (params.get('ti') !== `${settings.tagId}`) return;
    const mid = asMid(params.get('mid'));
    if (mid) {
      if (params.get('evt') === 'pageLoad') loads.add(mid);
      // A beacon of an earlier page may come late.
      if (mid === (readMid() || mid)) take(mid);
      tell(mid);
    }
    say('beacon', params, isLive);
  };

  on('opened', (opened) => {
    settle();
    page = opened;
    page.pending = true;
    const poll = (left: number) => {
      take();
      if (page !== opened || !opened.pending) return;
      if (left) later(() => poll(left - 1), MID_POLL_MS);
      else settle();
    };
    poll(MID_WAIT_MS / MID_POLL_MS);
  });
  on('moving', () => take());
  on('held', () => take());
  on('leave', settle);
  on('start', () => {
    listen('UetEvent', (event) => hear((event as CustomEvent).detail.uetEvent, true));
    // The tag keeps its last 20.
    for (const beacon of (read(window.uetq, 'snippetEventQueue') || []) as unknown[]) hear(beacon, false);
  });
};

export default feature;
