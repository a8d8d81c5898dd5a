import type { Answer } from '../channels/collector.ts';
import { say } from '../debug.ts';
import { guard, later } from '../guard.ts';
import { disown, ifOrphan, own } from './owner.ts';
import { backoff, isFinal, retryAfter } from './retry.ts';
import { allKeys, asText, heldSince, type Item, load, newKey, ownerOf, remove, save } from './store.ts';
import { hasSuccessor, watchSuccessor } from './successor.ts';

/**
 * What waits for the collector: captured → on disk (with consent) → in flight → acknowledged. An
 * item leaves only when the collector acknowledged or refused it, consent was withdrawn, or it is
 * too old. A failed request puts its items back; the next attempt waits for all of them together.
 *
 * What is in flight when the page ends arrives twice: the next page cannot know of the answer. So
 * the first request is small and each acknowledged one lets more fly, and items that another page of
 * the site will find on disk are left to it. Items come first, though: without such a page all go.
 */

/** One request carries about this much, bytes: little is lost when it fails. */
const SLICE_BYTES = 20_000;

/** What each item counts beyond its text, bytes: small ones too stay below the 100 that a collector takes. */
const ITEM_BYTES = 200;

/** In flight before the first answer, bytes: about five events. */
const FIRST_BYTES = 4_000;

/** In flight with `keepalive`: the browser's 65,536, less what the site itself may send, bytes. */
const KEEPALIVE_BYTES = 60_000;

/** Requests at once. Older Chromium refuses a tenth with `keepalive`. */
const MAX_REQUESTS = 9;

/** A page that lives shorter is on the way to another, ms: it leaves alone what others left. */
const ADOPT_MS = 1_000;

/** Microsoft takes events up to 7 days old; the collector needs time too. 6 days in ms. */
const MAX_AGE_MS = 518_400_000;

/** A longer queue stays in memory: localStorage belongs to the site, items. */
const MAX_STORED = 500;

interface Entry {
  key: string;
  item: Item;
  bytes: number;
  stored: boolean;
  /** In flight. */
  busy?: boolean;
  /** Of a page that is gone. */
  adopted: boolean;
}

export interface Queue {
  /** @param store whether the item may be written to disk */
  add(item: Omit<Item, 'at'>, store: boolean): void;
  /** Sends what may be sent now; when the page is going, regardless of the backoff. */
  send(leaving?: boolean): void;
  /** The network or the visitor is back: adopts what dead tabs left, and tries at once. */
  wake(): void;
  /** Forgets everything, on disk too. */
  clear(): void;
  /** Nothing would be lost if the page ended now. */
  safe(): boolean;
}

export interface QueueOptions {
  tab: string;
  /** Sends one request. */
  post(body: string, keepalive: boolean): Promise<Answer>;
  /** Whether the disk may be touched. */
  mayStore(): boolean;
  /** Something was acknowledged or dropped. */
  changed(): void;
}

export function createQueue({ tab, post, mayStore, changed }: QueueOptions): Queue {
  const entries = new Set<Entry>();
  let requests = 0;
  let inFlight = 0;
  let mayFly = FIRST_BYTES;
  let failures = 0;
  /** Runs while waiting for the next attempt. */
  let timer = 0;
  /** That wait is the collector's wish (`Retry-After`, ms): nothing cuts it short. */
  let ordered = 0;

  const put = (item: Item, store: boolean, adopted: boolean) => {
    const key = newKey(tab, Date.now());
    const text = asText(item);
    if (store) own(tab);
    const stored = store && (adopted || entries.size < MAX_STORED) && save(key, text);
    const bytes = new TextEncoder().encode(text).length + ITEM_BYTES;
    entries.add({ key, item, bytes, stored, adopted });
  };

  const forget = (entry: Entry) => {
    entries.delete(entry);
    remove(entry.key);
    if (!entries.size) disown();
  };

  const drop = (entry: Entry, why: unknown) => {
    say('dropped', entry, why);
    forget(entry);
  };

  const safe = () => [...entries].every(({ stored }) => stored);

  /** The next items for one request: the first, and what more fits. */
  const slice = (room: number, leaving: boolean) => {
    const chosen: Entry[] = [];
    let bytes = 0;
    for (const entry of entries) {
      // A page that goes has no time for large ones.
      if (entry.busy || (leaving && (entry.adopted || entry.bytes > KEEPALIVE_BYTES))) continue;
      // Another tab took it while this page was frozen or its lease was over.
      if (entry.stored && !load(entry.key)) forget(entry);
      else if (Date.now() - entry.item.at > MAX_AGE_MS) drop(entry, 'too old');
      else if (bytes && bytes + entry.bytes > room) break;
      else {
        chosen.push(entry);
        bytes += entry.bytes;
      }
    }
    return { chosen, bytes };
  };

  const resume = () => {
    clearTimeout(timer);
    timer = ordered = 0;
    send();
  };

  const send = (leaving = false) => {
    const last = leaving && !(hasSuccessor() && safe());
    while (requests < MAX_REQUESTS && (!timer || (last && !ordered))) {
      const room = (last ? KEEPALIVE_BYTES : mayFly) - inFlight;
      const { chosen, bytes } = slice(Math.min(room, SLICE_BYTES), leaving);
      const keepalive = bytes <= KEEPALIVE_BYTES;
      // None, or waits for a slot; what is too large for any needs none.
      if (!bytes || (keepalive && inFlight && bytes > room)) break;
      const held = keepalive ? bytes : 0;
      requests++;
      inFlight += held;
      for (const entry of chosen) entry.busy = true;
      const body = JSON.stringify({
        v: 1,
        sentAt: Date.now(),
        data: chosen.flatMap(({ item }) => item.event || []),
        reports: chosen.flatMap(({ item }) => item.report || []),
      });
      post(body, keepalive).then(
        guard(({ status, header, rejected }) => {
          say('answered', status, chosen, rejected);
          requests--;
          inFlight -= held;
          const taken = status === 202;
          const again = !taken && !isFinal(status);
          for (const entry of chosen) {
            if (taken) forget(entry);
            else if (again) entry.busy = false;
            else drop(entry, status);
          }
          if (again) {
            const order = retryAfter(header, Date.now());
            // Requests that fail together are one failure.
            if (!timer) failures++;
            if (order || !ordered) {
              clearTimeout(timer);
              ordered = order;
              timer = later(resume, Math.max(order, backoff(failures, Math.random())));
            }
          } else {
            failures = 0;
            mayFly = Math.min(2 * mayFly, KEEPALIVE_BYTES);
          }
          changed();
          send();
        }),
      );
    }
  };

  /** Takes over what tabs that are gone have left. */
  const adopt = () => {
    const keys = mayStore() ? allKeys() : [];
    for (const owner of new Set(keys.map(ownerOf))) {
      if (owner === tab) continue;
      ifOrphan(owner, Date.now(), (before) => {
        for (const key of keys) {
          if (ownerOf(key) !== owner || heldSince(key) > before) continue;
          const item = load(key);
          // First, since a full disk has room for one at a time.
          remove(key);
          if (item) put(item, true, true);
        }
        send();
      });
    }
  };

  watchSuccessor();
  return {
    add: (content, store) => put({ ...content, at: Date.now() }, store, false),
    send,
    wake() {
      if (entries.size) own(tab);
      later(adopt, ADOPT_MS);
      failures = 0;
      if (!ordered) resume();
    },
    clear() {
      entries.clear();
      disown();
      allKeys().forEach(remove);
    },
    safe,
  };
}
