import type { Answer } from '../channels/collector.ts';
import { say } from '../debug.ts';
import { guard, later } from '../guard.ts';
import { ifOrphan, own } from './owner.ts';
import { backoff, isTransient, retryAfter } from './retry.ts';
import { allKeys, type Item, load, newKey, remove, save } from './store.ts';

/**
 * What waits for the collector: captured → on disk (with consent) → in flight → acknowledged. An
 * item leaves only when the collector acknowledged or refused it, consent was withdrawn, or it is
 * too old. A failed request puts its items back; the next attempt waits for all of them together.
 */

/** One request carries about this many characters: at most 3 bytes each, well under 64 KiB. */
const SLICE_CHARS = 20_000;

/** And at most this many items (the collector takes 100). */
const SLICE_ITEMS = 50;

/** Bytes in flight with `keepalive`: the browser's 65,536, less what the site itself may send. */
const KEEPALIVE_BYTES = 60_000;

/** Microsoft takes events up to 7 days old; the collector needs time too. 6 days in ms. */
const MAX_AGE_MS = 518_400_000;

/** A longer queue stays in memory: localStorage belongs to the site, items. */
const MAX_STORED = 500;

interface Entry {
  key: string;
  item: Item;
  chars: number;
  stored: boolean;
  busy?: boolean;
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
  let inFlight = 0;
  let failures = 0;
  let dropped = 0;
  /** Runs while waiting for the next attempt. */
  let timer = 0;
  /** That wait is the collector's wish (`Retry-After`): nothing cuts it short. */
  let ordered = false;

  const add = (content: Omit<Item, 'at'>, store: boolean, at = Date.now()) => {
    const item: Item = { ...content, at };
    const key = newKey(tab, Date.now());
    const stored = store && entries.size < MAX_STORED && save(key, item);
    entries.add({ key, item, chars: JSON.stringify(item).length, stored });
  };

  const forget = (entry: Entry) => {
    entries.delete(entry);
    remove(entry.key);
  };

  const drop = (entry: Entry, why: unknown) => {
    say('dropped', entry, why, ++dropped);
    forget(entry);
  };

  const wait = (ms: number) => {
    clearTimeout(timer);
    timer = later(() => {
      timer = 0;
      ordered = false;
      send();
    }, ms);
  };

  /** The next items that fit one request. */
  const slice = () => {
    const chosen: Entry[] = [];
    let chars = 0;
    for (const entry of entries) {
      if (entry.busy) continue;
      // Another tab took it while this page was frozen or its lease was over.
      if (entry.stored && !load(entry.key)) entries.delete(entry);
      else if (Date.now() - entry.item.at > MAX_AGE_MS) drop(entry, 'too old');
      else if (chars && (chars + entry.chars > SLICE_CHARS || chosen.length === SLICE_ITEMS)) break;
      else {
        chosen.push(entry);
        chars += entry.chars;
      }
    }
    return chosen;
  };

  const answered = (sent: Entry[], { status, header, rejected }: Answer) => {
    say('answered', status, sent, rejected);
    if (status === 202) {
      failures = 0;
      sent.forEach(forget);
    } else if (isTransient(status)) {
      for (const entry of sent) entry.busy = false;
      const order = retryAfter(header, Date.now());
      if (!timer) failures++;
      if (order || !ordered) wait(Math.max(order, backoff(failures, Math.random())));
      if (order) ordered = true;
    } else {
      for (const entry of sent) drop(entry, status);
    }
    changed();
    send();
  };

  const send = (leaving = false) => {
    while (!timer || (leaving && !ordered)) {
      const chosen = slice();
      if (!chosen.length) break;
      const body = JSON.stringify({
        v: 1,
        sentAt: Date.now(),
        data: chosen.flatMap(({ item }) => item.event || []),
        reports: chosen.flatMap(({ item }) => item.report || []),
      });
      const bytes = new Blob([body]).size;
      const keepalive = bytes <= KEEPALIVE_BYTES - inFlight;
      // Wait for a slot; what is too large for any needs a page that lives.
      if (!keepalive && (leaving || bytes <= KEEPALIVE_BYTES)) break;
      const taken = keepalive ? bytes : 0;
      inFlight += taken;
      for (const entry of chosen) entry.busy = true;
      post(body, keepalive).then(
        guard((answer) => {
          inFlight -= taken;
          answered(chosen, answer);
        }),
      );
    }
  };

  /** Takes over what tabs that are gone have left. */
  const adopt = () => {
    const records = allKeys();
    for (const owner of new Set(records.map((record) => record.tab))) {
      if (owner === tab) continue;
      const left = records.filter((record) => record.tab === owner);
      ifOrphan(owner, Math.max(...left.map(({ since }) => since)), Date.now(), () => {
        for (const { key } of left) {
          if (entries.size >= MAX_STORED) break;
          const item = load(key);
          // Ours first: a crash in between leaves two, which the collector knows for one.
          if (item) add(item, true, item.at);
          remove(key);
        }
        send();
      });
    }
  };

  return {
    add,
    send,
    wake() {
      own(tab);
      if (mayStore()) adopt();
      if (!ordered) {
        clearTimeout(timer);
        timer = failures = 0;
      }
      send();
    },
    clear() {
      entries.clear();
      for (const { key } of allKeys()) remove(key);
    },
    safe: () => [...entries].every(({ stored }) => stored),
  };
}
