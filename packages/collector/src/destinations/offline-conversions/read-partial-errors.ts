import { isRecord } from '@uet-capi/protocol';
import { type ApiError, type ErrorClass, isOfList, itemClass } from '../../ads/error-classes.ts';
import { readError } from '../../ads/read-fault.ts';
import { shorten } from '../answer-text.ts';
import type { Answer, EventResult } from '../destination.ts';

/** A goal takes uploads two hours after it was made; Microsoft asks for a try every 15 to 30 minutes. ms. */
const DEFER_MS = 20 * 60_000;

/** What waits for a person is tried again each hour, ms. */
const PERSON_MS = 60 * 60_000;

/** Microsoft could not pass the item on to itself, or was asked too soon or with an old token, ms. */
const RETRY_MS = 2 * 60_000;

const WAITS: Partial<Record<ErrorClass, number>> = {
  defer: DEFER_MS,
  goal: PERSON_MS,
  config: PERSON_MS,
  'sign-in': PERSON_MS,
  wait: RETRY_MS,
  refresh: RETRY_MS,
  retry: RETRY_MS,
};

/** Told of an item that failed by our fault, or by an error that nobody knows. */
export type OnBug = (code: string, message: string) => void;

/**
 * What became of an answered upload. `PartialErrors` is not parallel to the items: an error names its
 * item by `Index`, an item may have several, a good one has none. Undefined: the answer does not say
 * what became of the items, as the list is missing or blames an item that is not there.
 */
export function readPartialErrors(
  body: Record<string, unknown>,
  count: number,
  onBug: OnBug,
): Answer | undefined {
  if (!('PartialErrors' in body)) return undefined;
  const list = body.PartialErrors ?? [];
  if (!Array.isArray(list)) return undefined;
  const byItem = new Map<number, ApiError[]>();
  for (const entry of list) {
    if (!isRecord(entry)) return undefined;
    const error = readError(entry);
    if (isOfList(error)) return { kind: 'refused', rejected: [], ...described(error) };
    const { Index: index } = entry;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count)
      return undefined;
    byItem.set(index, [...(byItem.get(index) ?? []), error]);
  }
  const results = Array.from({ length: count }, (_, index) => resultOf(byItem.get(index), onBug));
  return { kind: 'processed', results };
}

function resultOf(errors: readonly ApiError[] | undefined, onBug: OnBug): EventResult {
  if (!errors) return { state: 'accepted', warnings: [] };
  const kind = itemClass(errors);
  const told = described(errors.find((error) => itemClass([error]) === kind)!);
  if (kind === 'bug') onBug(told.code, told.message);
  const delayMs = WAITS[kind];
  return delayMs === undefined ? { state: 'rejected', ...told } : { state: 'deferred', delayMs, ...told };
}

function described({ code, name, message }: ApiError): { code: string; message: string } {
  const text = [code, message].filter((part) => part !== undefined && part !== '').join(' ');
  return { code: name || String(code), message: shorten(text) };
}
