import { attempt } from '../guard.ts';

/** Sales that already went out, so that a reloaded thank-you page counts nothing again. */

const STORAGE_KEY = '_capi_sales';

/** More than a visitor reloads, and small: the newest keys are kept. */
const MAX_KEYS = 50;

/**
 * Notes the key of a sale.
 *
 * @returns false when it was noted before
 */
export function isNewSale(tagId: string, name: string, id: string): boolean {
  const key = JSON.stringify([tagId, name, id]);
  // What is no list throws.
  const keys =
    attempt((): unknown[] => [...JSON.parse(localStorage.getItem(STORAGE_KEY) as string)]) || memory;
  if (keys.includes(key)) return false;
  memory = [...keys, key].slice(-MAX_KEYS);
  attempt(() => localStorage.setItem(STORAGE_KEY, JSON.stringify(memory)));
  return true;
}

let memory: unknown[] = [];

export function forgetSales(): void {
  memory = [];
  attempt(() => localStorage.removeItem(STORAGE_KEY));
}
