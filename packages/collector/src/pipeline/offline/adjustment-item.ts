import type { EventView, Store } from '../../store/port.ts';
import { roundedValue, wholeSeconds } from './conversion-item.ts';

/** What is to be changed about a conversion that was counted. */
export type Change =
  | { type: 'restate'; time: number; value: number; currency: string }
  | { type: 'retract'; time: number };

/** A correction of an offline conversion as it is stored: `item` alone is sent. */
export interface StoredAdjustment {
  /** Your own id of the conversion. */
  of: string;
  item: { ConversionName: string } & Record<string, unknown>;
}

/** The parts of an offline conversion by which Microsoft finds it again; all of them, unchanged. */
const KEY = [
  'ConversionName',
  'ConversionTime',
  'MicrosoftClickId',
  'HashedEmailAddress',
  'HashedPhoneNumber',
] as const;

/** @param original the item as it was uploaded */
export function offlineAdjustment(change: Change, of: string, original: Record<string, unknown>): string {
  const key = KEY.flatMap((name) => (original[name] === undefined ? [] : [[name, original[name]]]));
  return JSON.stringify({ of, item: { ...changed(change), ...Object.fromEntries(key) } });
}

/** One item of `OnlineConversionAdjustments/Apply`. */
export function onlineAdjustment(change: Change, goal: string, transactionId: string): string {
  return JSON.stringify({ ...changed(change), ConversionName: goal, TransactionId: transactionId });
}

/** A retraction must not have a value (code 5624). */
function changed(change: Change) {
  return {
    AdjustmentType: change.type === 'restate' ? 'Restate' : 'Retract',
    AdjustmentTime: wholeSeconds(change.time),
    ...(change.type === 'restate' && {
      AdjustmentValue: roundedValue(change.value),
      AdjustmentCurrencyCode: change.currency,
    }),
  };
}

/** More goals than one conversion feeds. */
const MAX_GOALS = 100;

/** What is stored under a site's own id of a conversion, one for each goal that it fed. */
export async function conversionsOf(
  store: Pick<Store, 'find'>,
  tagId: string,
  id: string,
): Promise<EventView[]> {
  const found = await store.find({ eventId: id, limit: MAX_GOALS });
  return found.filter((event) => event.tagId === tagId);
}

export async function originalIn(
  store: Pick<Store, 'find'>,
  tagId: string,
  goal: string,
  id: string,
): Promise<EventView | undefined> {
  return (await conversionsOf(store, tagId, id)).find(({ name }) => name === goal);
}
