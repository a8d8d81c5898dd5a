import type { PageReport, PixelEvent } from '@uet-capi/protocol';
import { attempt } from '../guard.ts';

/**
 * Undelivered items in localStorage, one record each: two tabs never overwrite each other's. The key
 * is `_capi_q.<tab>.<time, base 36>.<counter>`: whose it is, since when, and in which order.
 */

/** One thing to be told to the collector. */
export interface Item {
  /** When it was captured, ms. */
  at: number;
  event?: PixelEvent;
  report?: PageReport;
}

const PREFIX = '_capi_q.';

export interface RecordKey {
  key: string;
  tab: string;
  /** Since when the tab has it, ms. */
  since: number;
}

let counter = 1e6;

/** A key that sorts behind all earlier ones of the tab. */
export function newKey(tab: string, now: number): string {
  return `${PREFIX}${tab}.${now.toString(36)}.${counter++}`;
}

/** Whether the item is on disk now; full or refused storage is no error. Clear identity stays off it. */
export function save(key: string, item: Item): boolean {
  return !!attempt(() => {
    const text = JSON.stringify(item, (name, value) => (/^(email|phone)$/.test(name) ? undefined : value));
    localStorage.setItem(key, text);
    return true;
  });
}

/** The record, or undefined when it is gone or not readable. */
export function load(key: string): Item | undefined {
  return attempt(() => JSON.parse(localStorage.getItem(key) as string)) || undefined;
}

export function remove(key: string): void {
  attempt(() => localStorage.removeItem(key));
}

/** All records of all tabs, in order of capture within a tab. */
export function allKeys(): RecordKey[] {
  const keys = attempt(() => Object.keys(localStorage)) || [];
  return keys
    .filter((key) => key.startsWith(PREFIX))
    .sort()
    .map((key) => {
      const [, tab, since] = key.slice(1).split('.') as [string, string, string];
      return { key, tab, since: Number.parseInt(since, 36) };
    });
}
