import type { Knobs } from '../world/knobs.ts';
import type { ErrorName } from './error-codes.ts';
import { type ItemError, partialErrors, type Refusal } from './errors.ts';
import type { Context, Outcome } from './operation.ts';

/** Items in one Apply request. */
const MAX_ITEMS = 1_000;

/** Rules V1, V2, J1: takes a list item by item; one bad item does not keep the others out. */
export function applyItems<Item>(
  items: readonly (Item | null)[] | null,
  context: Context,
  apply: (item: Item, index: number) => ErrorName[],
): Outcome {
  const { knobs } = context.state.world;
  const flaw = flawOfList(items);
  if (flaw) return refuseList(flaw, knobs, context.variant);
  const errors = items!.flatMap((item, index): ItemError[] => {
    const names: ErrorName[] = item === null ? ['OfflineConversionIsNull'] : apply(item, index);
    const told = knobs.itemErrors === 'first' ? names.slice(0, 1) : names;
    return told.map((name) => ({ index, name }));
  });
  return { body: { PartialErrors: partialErrors(errors, context.variant) } };
}

function flawOfList(items: readonly unknown[] | null): ErrorName | undefined {
  if (!items || items.length === 0) return 'OfflineConversionsNullOrEmpty';
  return items.length > MAX_ITEMS ? 'OfflineConversionsLimitExceeded' : undefined;
}

function refuseList(name: ErrorName, { listErrors }: Knobs, variant: number): Outcome {
  const refusal: Refusal = { kind: 'ApiFaultDetail', status: 400, name };
  if (listErrors === 'fault') return { refusal };
  return { body: { PartialErrors: partialErrors([{ index: 0, name }], variant) } };
}
