import type { CapiEvent } from '@uet-capi/protocol';
import { z } from 'zod';
import type { Site } from '../config/config.ts';
import { type Upload, uploadDestination } from '../destination-id.ts';
import { AHEAD_ALLOWANCE_MS } from '../pipeline/clock.ts';
import {
  type Change,
  conversionsOf,
  offlineAdjustment,
  onlineAdjustment,
  originalIn,
} from '../pipeline/offline/adjustment-item.ts';
import { digestOf } from '../pipeline/offline/conversion-item.ts';
import { conversionExpiresAt, offlineTag } from '../pipeline/offline/goal-events.ts';
import { SKIP_REASONS } from '../pipeline/skip-reasons.ts';
import type { EventView, NewEvent, PersonKey, Route } from '../store/port.ts';
import {
  type ConversionFacts,
  currencySchema,
  goalNameSchema,
  idSchema,
  momentSchema,
  valueSchema,
} from './conversions.ts';
import type { Refusal } from './intake.ts';
import type { IntakeEvents } from './intake-events.ts';
import { flawsOf, givenOf, type LaterResult, refuse, storedAs } from './later-result.ts';
import type { Storage } from './storage.ts';

const adjustmentSchema = z
  .object({
    /** Your own id of an offline conversion; or `transactionId`. */
    id: idSchema.optional(),
    /** Of a conversion that the UET tag or the Conversions API brought. */
    transactionId: idSchema.optional(),
    /** Needed where several goals counted it. */
    goal: goalNameSchema.optional(),
    type: z.enum(['restate', 'retract'], 'must be restate or retract'),
    /** Default: now. */
    time: momentSchema.optional(),
    value: valueSchema.optional(),
    currency: currencySchema.optional(),
  })
  .refine((one) => (one.id === undefined) !== (one.transactionId === undefined), {
    path: ['id'],
    message: 'either id or transactionId must be given',
  })
  .refine(({ type, value }) => type === 'retract' || value !== undefined, {
    path: ['value'],
    message: 'must be given: a restatement without a value changes nothing',
  });

export type AdjustmentInput = z.input<typeof adjustmentSchema>;
type Adjustment = z.output<typeof adjustmentSchema>;

/** Stands where other events have the id of their tag. */
function adjustmentTag(siteId: string): string {
  return `adjustment:${siteId}`;
}

/** Corrections: `POST /v1/adjustments`, `collector.adjust`. Each by itself, one result each, in order. */
export async function takeAdjustments(
  inputs: readonly unknown[],
  facts: ConversionFacts,
  storage: Storage,
  { onEvent }: IntakeEvents,
): Promise<LaterResult[] | Refusal> {
  const results: LaterResult[] = [];
  // One after the other: a correction may rest on the one before it.
  for (const [index, input] of inputs.entries()) {
    const result = await take(input, index, facts, storage);
    if ('refused' in result) return result;
    onEvent(facts, result.status, result.errors?.[0]?.code);
    results.push(result);
  }
  return results;
}

async function take(
  input: unknown,
  index: number,
  facts: ConversionFacts,
  storage: Storage,
): Promise<LaterResult | Refusal> {
  const parsed = adjustmentSchema.safeParse(givenOf(input));
  if (!parsed.success) return { index, status: 'rejected', errors: flawsOf(parsed.error) };
  if ((parsed.data.time ?? 0) > facts.now + AHEAD_ALLOWANCE_MS) {
    return refuse(index, 'time', 'TimeInFuture', 'must not be in the future');
  }
  const rows = await (parsed.data.id === undefined
    ? onlineRow(parsed.data, index, facts, storage)
    : offlineRows(parsed.data, index, facts, storage));
  if (!Array.isArray(rows)) return rows;
  const stored = await storage.append({
    now: facts.now,
    events: rows,
    memories: [],
    withdrawals: [],
    tagPageLoads: [],
  });
  if ('refused' in stored) return stored;
  return storedAs(index, stored);
}

type Rows = NewEvent[] | LaterResult | Refusal;

async function offlineRows(
  adjustment: Adjustment,
  index: number,
  facts: ConversionFacts,
  storage: Storage,
): Promise<Rows> {
  const { goal } = adjustment;
  const of = adjustment.id!;
  const found = await storage.find((store) => conversionsOf(store, offlineTag(facts.site.id), of));
  if ('refused' in found) return found;
  const originals = found.filter(({ name }) => goal === undefined || name === goal);
  const rows: NewEvent[] = [];
  for (const original of originals) {
    const flaw = flawOf(original);
    if (flaw) return refuse(index, 'id', ...flaw);
    const item = JSON.parse(original.wire!) as Record<string, unknown>;
    const happenedAt = Date.parse(String(item.ConversionTime));
    if (conversionExpiresAt(happenedAt) <= facts.now) return refuse(index, 'id', ...TOO_OLD);
    const change = changeOf(adjustment, item.ConversionCurrencyCode, original.name, facts);
    if (!change) return refuse(index, 'currency', ...NO_CURRENCY);
    if (change.time <= happenedAt) {
      return refuse(index, 'time', 'BeforeConversion', 'must be later than the conversion');
    }
    const wire = offlineAdjustment(change, of, item);
    const made = {
      ...row('adjustments', original.name, of, change, wire, adjustment, facts),
      expiresAt: conversionExpiresAt(happenedAt),
    };
    const late = await isTooLate(made, of, storage);
    if (typeof late === 'object') return late;
    if (late) return refuse(index, 'id', ...RETRACTED);
    rows.push(made);
  }
  if (rows.length > 0) return rows;
  return refuse(index, 'id', 'OriginalNotFound', 'no offline conversion is known under this id');
}

async function onlineRow(
  adjustment: Adjustment,
  index: number,
  facts: ConversionFacts,
  storage: Storage,
): Promise<Rows> {
  const transactionId = adjustment.transactionId!;
  const goals = new Set(facts.site.goals.filter(({ kind }) => kind === 'online').map(({ goal }) => goal));
  const goal = adjustment.goal ?? (goals.size === 1 ? [...goals][0] : undefined);
  if (goal === undefined) {
    const message = "must be given: the setting goals names no, or more than one, goal of kind 'online'";
    return refuse(index, 'goal', 'NoGoal', message);
  }
  const currency = await currencyOfOrder(adjustment, goal, facts, storage);
  if (typeof currency === 'object') return currency;
  const change = changeOf(adjustment, currency, goal, facts);
  if (!change) return refuse(index, 'currency', ...NO_CURRENCY);
  const wire = onlineAdjustment(change, goal, transactionId);
  const made = row('online-adjustments', goal, transactionId, change, wire, adjustment, facts);
  const late = await isTooLate(made, transactionId, storage);
  if (typeof late === 'object') return late;
  return late ? refuse(index, 'transactionId', ...RETRACTED) : [made];
}

/** What the order was reported in, on whatever way, where its event is still here and a restatement needs it. */
async function currencyOfOrder(
  { type, transactionId, currency }: Adjustment,
  goal: string,
  { site }: ConversionFacts,
  storage: Storage,
): Promise<string | undefined | Refusal> {
  if (type === 'retract' || currency !== undefined) return undefined;
  const events = site.goals.filter((one) => one.kind === 'online' && one.goal === goal);
  return storage.find(async (store) => {
    for (const { event } of events) {
      const order = await originalIn(store, site.tagId, event, transactionId!);
      const known = order?.wire && (JSON.parse(order.wire) as CapiEvent).customData?.currency;
      if (known) return known;
    }
    return undefined;
  });
}

const RETRACTED = [
  'AlreadyRetracted',
  'the conversion was retracted; Microsoft takes nothing more about it',
] as const;
const TOO_OLD = [
  'TimeTooOld',
  'the conversion is older than 90 days: Microsoft takes no corrections of it',
] as const;
const NO_CURRENCY = [
  'NoCurrency',
  'must be given: neither the conversion, as far as it is known here, nor the mapping of its goal has one',
] as const;

/** Why an original cannot be corrected. */
function flawOf({ state, wire }: EventView): [code: string, message: string] | undefined {
  if (['rejected', 'expired', 'dead', 'skipped'].includes(state)) {
    return ['OriginalNotAccepted', `the conversion is ${state}: there is nothing to correct`];
  }
  return wire === undefined
    ? ['OriginalErased', 'the content of the conversion is erased: Microsoft would not find it']
    : undefined;
}

/** After the retraction; a copy of what was taken before it is none. */
async function isTooLate(
  { tagId, name, eventId }: NewEvent,
  of: string,
  storage: Storage,
): Promise<boolean | Refusal> {
  return storage.find(async (store) => {
    const isKnown = async (id: string) => (await originalIn(store, tagId, name, id)) !== undefined;
    return (await isKnown(retractionId(of))) && !(await isKnown(eventId));
  });
}

function retractionId(of: string): string {
  return `retract:${digestOf(of)}`;
}

/** Undefined: a restatement without any currency. */
function changeOf(
  { type, time: given = Number.POSITIVE_INFINITY, value, currency }: Adjustment,
  fallback: unknown,
  goal: string,
  { site, now }: ConversionFacts,
): Change | undefined {
  // Now, unless it was earlier.
  const time = Math.min(given, now);
  if (type === 'retract') return { type, time };
  const known =
    currency ??
    (typeof fallback === 'string' ? fallback : undefined) ??
    site.goals.find((one) => one.goal === goal && one.currency !== undefined)?.currency;
  return known === undefined ? undefined : { type, time, value: value!, currency: known };
}

function row(
  upload: Upload,
  goal: string,
  of: string,
  change: Change,
  wire: string,
  given: Adjustment,
  { site, source, now }: ConversionFacts,
): NewEvent {
  // Twice the same restatement is one, unless it says when it was made.
  const eventId =
    change.type === 'retract'
      ? retractionId(of)
      : `restate:${digestOf(JSON.stringify([of, change.value, change.currency, given.time]))}`;
  return {
    site: site.id,
    tagId: adjustmentTag(site.id),
    name: goal,
    eventId,
    source,
    receivedAt: now,
    // When an order happened is not known here.
    expiresAt: conversionExpiresAt(now),
    wire,
    keys: [] satisfies PersonKey[],
    notes: [],
    route: routeOf(upload, site, now),
  };
}

function routeOf(upload: Upload, site: Site, now: number): Route {
  if (site.mode === 'shadow') return { skipped: SKIP_REASONS.shadow_mode };
  if (site.mode === 'test') return { skipped: SKIP_REASONS.test_event };
  return { destination: uploadDestination(upload, site.id), dueAt: now, held: false };
}
