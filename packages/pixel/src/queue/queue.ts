import { granted } from '../capture/consent.ts';
import { eventId } from '../capture/ids.ts';
import { post } from '../channels/collector.ts';
import { say } from '../debug.ts';
import { guard, later } from '../guard.ts';
import { address } from '../settings.ts';
import { disown, ifOrphan, OWN_MS, own, YOUNG_MS } from './owner.ts';
import { backoff, isFinal, retryAfter } from './retry.ts';
import { allKeys, asText, type Item, load, newKey, PREFIX, RECORD, remove, save } from './store.ts';
import { hasSuccessor } from './successor.ts';

/**
 * What waits for the collector: captured → on disk (with consent) → in flight → acknowledged. An
 * item leaves only when the collector acknowledged or refused it, consent was withdrawn, or it is
 * too old. One request at a time; one that failed puts its items back.
 *
 * What is in flight when the page ends arrives twice: the next page cannot know of the answer. So
 * the first request is small and each acknowledged one lets the next be larger, and items that
 * another page of the site will find on disk are left to it. Items come first, though: without such
 * a page all that fits goes at once.
 */

/** The first request, bytes: about five events. */
const FIRST_BYTES = 3_000;

/** In flight with `keepalive`: the browser's 65,536, less what the site itself may send, bytes. */
const KEEPALIVE_BYTES = 60_000;

/** A page that lives shorter is on the way to another, ms: it leaves alone what others left. By then what the page before it left is not too young. */
const ADOPT_MS = YOUNG_MS;

/** The tab of a page that has just gone may hold its lock a little longer: looked at again, ms. */
const ADOPT_AGAIN_MS = 5_000;

/** Microsoft takes events up to 7 days old; the collector needs time too. 6 days in ms. */
const MAX_AGE_MS = 518_400_000;

/** A longer queue stays in memory: localStorage belongs to the site, items. */
const MAX_STORED = 500;

/** An item in the queue. */
export interface Entry {
  key: string;
  item: Item;
  bytes: number;
  stored: boolean;
  /** Made with the visitor's consent: sent and kept with it alone. */
  consented: boolean;
  /** In flight, or not to be sent yet. */
  busy?: boolean;
  /** Of a page that is gone. */
  adopted?: boolean | undefined;
}

/** The name of this tab, made when it is needed: an import does nothing by itself. */
let name = '';
function tab(): string {
  name = name || eventId();
  return name;
}

/** In order of capture. */
export const entries = new Set<Entry>();
/** Bytes. */
let inFlight = 0;
let mayFly = FIRST_BYTES;
let failures = 0;
/** Runs while waiting for the next attempt. */
let timer = 0;
/** The page may end at any moment. */
let isGoing: boolean | undefined;
/** That wait is the collector's wish (`Retry-After`, ms): nothing cuts it short. */
let ordered = 0;
/** Runs until what others left is looked at. */
let looking = 0;

/** What waits gets an owner. */
function keep(): void {
  if (entries.size) own(tab());
}

/** @param consented whether the item may be written to disk */
export function enqueue(item: Item, consented: boolean, adopted?: boolean): Entry {
  const key = newKey(tab());
  const text = asText(item);
  const entry: Entry = {
    key,
    item,
    // Not by a `Blob`, which costs as much as a request.
    bytes: new TextEncoder().encode(text).length,
    stored: consented && (adopted || entries.size < MAX_STORED) && save(key, text),
    consented,
    adopted,
  };
  entries.add(entry);
  if (entry.stored) later(keep, OWN_MS);
  return entry;
}

/** @param why told where it is somebody's fault */
export function drop(entry: Entry, why?: unknown): void {
  if (why) say('dropped', entry, why);
  entries.delete(entry);
  remove(entry.key);
  if (!entries.size) disown();
}

/** Nothing would be lost if the page ended now. */
export function isSafe(): boolean {
  return [...entries].every(({ stored }) => stored);
}

/** Goes on at once. */
function retry(): void {
  clearTimeout(timer);
  timer = ordered = 0;
  say('go?');
}

/** Sends now; when the page is going, regardless of answers and backoff. */
function send(leaving?: boolean): void {
  const last = leaving && !(hasSuccessor() && isSafe());
  if (last ? ordered : timer || inFlight) return;
  const room = last ? KEEPALIVE_BYTES - inFlight : mayFly;
  const chosen: Entry[] = [];
  let bytes = 0;
  const isGranted = granted();
  for (const entry of entries) {
    // Consent was taken back a moment ago.
    if (entry.busy || (entry.consented && !isGranted)) continue;
    // A page that goes has no time for large ones.
    if (leaving && (entry.adopted || entry.bytes > KEEPALIVE_BYTES)) continue;
    // Another tab took it while this page was frozen or its lease was over.
    if (entry.stored && !load(entry.key)) drop(entry);
    else if (Date.now() - entry.item.at > MAX_AGE_MS) drop(entry, 'too old');
    // A large one goes alone.
    else if ((bytes || leaving) && bytes + entry.bytes > room) break;
    else {
      chosen.push(entry);
      bytes += entry.bytes;
    }
  }
  if (!bytes) return;
  // What it takes of the keepalive budget; a large one is under way all the same.
  const taken = bytes > KEEPALIVE_BYTES ? 1 : bytes;
  inFlight += taken;
  for (const entry of chosen) entry.busy = true;
  const body = JSON.stringify({
    v: 1,
    sentAt: Date.now(),
    data: chosen.flatMap(({ item }) => item.event || []),
    reports: chosen.flatMap(({ item }) => item.report || []),
  });
  post(address().href, body, bytes <= KEEPALIVE_BYTES).then(
    guard(({ status, header, rejected }) => {
      say('answered', status, chosen, rejected);
      inFlight -= taken;
      const again = status !== 202 && !isFinal(status);
      for (const entry of chosen) {
        if (again) entry.busy = false;
        else drop(entry, status !== 202 && status);
      }
      if (again) {
        clearTimeout(timer);
        ordered = retryAfter(header, Date.now());
        timer = later(retry, Math.max(ordered, backoff(++failures, Math.random())));
      } else {
        failures = 0;
        mayFly = Math.min(2 * mayFly, KEEPALIVE_BYTES);
        retry();
      }
    }),
  );
}

/**
 * Sends what may be sent, in a task of its own: a request takes longer than all that comes before
 * it, and what it sends is on disk. From a page that may end before that task, at once.
 */
export function sendQueue(leaving: boolean): void {
  isGoing = isGoing || leaving;
  if (isGoing) send(leaving);
  else later(send);
}

function adoptLater(ms: number): void {
  clearTimeout(looking);
  looking = later(adopt, ms);
}

/** Takes over what tabs that are gone have left, and looks again while others have something. */
function adopt(): void {
  if (!granted()) return;
  for (const owner of new Set(allKeys().map((key) => key.split('.')[1] as string))) {
    if (owner === tab()) continue;
    adoptLater(ADOPT_AGAIN_MS);
    ifOrphan(owner, (before) => {
      for (const key of allKeys(`${RECORD}${owner}.`)) {
        if (+(key.split('.')[2] as string) > before) continue;
        const item = load(key);
        // First, since a full disk has room for one at a time.
        remove(key);
        if (item) enqueue(item, true, true);
      }
      say('go?');
    });
  }
}

/** The network or the visitor is back: adopts what dead tabs left, and tries at once. */
export function wakeQueue(): void {
  keep();
  adoptLater(ADOPT_MS);
  isGoing = false;
  failures = 0;
  if (!ordered) retry();
}

/** Forgets everything of the visitor, on disk too, whoever stored it there. */
export function clearQueue(): void {
  for (const entry of entries) if (entry.consented) entries.delete(entry);
  disown();
  allKeys(PREFIX).forEach(remove);
}
