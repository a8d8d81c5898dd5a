import type { PageReport, PixelEvent } from '@uet-capi/protocol';
import { attempt } from '../attempt.ts';

/**
 * Undelivered items in localStorage, one record each: two tabs never overwrite each other's. The key
 * is `_capi_q.<tab>.<time, ms>.<counter>`: whose it is, since when, and in which order.
 */

/** One thing to be told to the collector. */
export interface Item {
  /** When it was captured, ms. */
  at: number;
  event?: PixelEvent;
  report?: PageReport;
}

/** What the names of all that we store begin with, and of the records among it. */
export const PREFIX = '_capi_';
export const RECORD = `${PREFIX}q.`;

let counter = 1e6;

/** A key that sorts behind all earlier ones of the tab. */
export function newKey(tab: string): string {
  return `${RECORD}${tab}.${Date.now()}.${counter++}`;
}

/** The item as it may be written: clear identity stays off the disk. */
export function asText(item: Item): string {
  return JSON.stringify(item, (name, value) => (/^(email|phone)$/.test(name) ? undefined : value));
}

/** Whether it is on disk now; full or refused storage is no error. */
export function save(key: string, text: string): boolean {
  return !!attempt(() => {
    localStorage.setItem(key, text);
    return true;
  });
}

/** The record, or nothing when it is gone or not readable. */
export function load<T = Item>(key: string): T | undefined | null {
  return attempt(() => JSON.parse(localStorage.getItem(key) as string));
}

export function remove(key: string): void {
  attempt(() => localStorage.removeItem(key));
}

/** The keys of all records of all tabs, in order of capture within a tab; or all keys of ours. */
export function allKeys(prefix = RECORD): string[] {
  return (attempt(() => Object.keys(localStorage)) || []).filter((key) => key.startsWith(prefix)).sort();
}
