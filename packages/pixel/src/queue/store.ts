import type { PageReport, PixelEvent } from '@uet-capi/protocol';
import { attempt } from '../guard.ts';

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

const PREFIX = '_capi_q.';

let counter = 1e6;

/** A key that sorts behind all earlier ones of the tab. */
export function newKey(tab: string, now: number): string {
  return `${PREFIX}${tab}.${now}.${counter++}`;
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

/** The record, or undefined when it is gone or not readable. */
export function load(key: string): Item | undefined {
  return attempt(() => JSON.parse(localStorage.getItem(key) as string)) || undefined;
}

export function remove(key: string): void {
  attempt(() => localStorage.removeItem(key));
}

/** The keys of all records of all tabs, in order of capture within a tab. */
export function allKeys(): string[] {
  return (attempt(() => Object.keys(localStorage)) || []).filter((key) => key.startsWith(PREFIX)).sort();
}

/** Whose the record is. */
export function ownerOf(key: string): string {
  return key.split('.')[1] as string;
}

/** Since when that tab has it, ms. */
export function heldSince(key: string): number {
  return Number(key.split('.')[2]);
}
