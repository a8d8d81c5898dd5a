import type { State } from '../state.ts';
import type { Goal } from '../world/seed.ts';
import { type Attribution, attributionAt, type UnattributedReason } from './attribution.ts';
import {
  type OfflineAdjustment,
  type OfflineConversion,
  type OnlineAdjustment,
  offlineKey,
} from './offline-book.ts';

/** An offline conversion as its goal counts it: after adjustments. */
export interface OfflineRow {
  accountId: string;
  conversionName: string;
  /** As it was sent. */
  conversionTime: string;
  clickId: string | null;
  hashedEmailAddress: string | null;
  hashedPhoneNumber: string | null;
  /** The last Restate's, else the uploaded one, else the goal's; 0 after a Retract. */
  value: number | null;
  currency: string | null;
  /** 0: retracted, or a further one of its click on a goal that counts one per click. */
  count: 0 | 1;
  retracted: boolean;
  /** How often the same key came; all but the first are ignored. */
  uploads: number;
  /** Whether Microsoft found a click for it; decided some hours after acceptance. */
  status: 'waiting' | 'attributed' | 'unattributed';
  unattributedReason: UnattributedReason | null;
  /** Ms since 1970 by the sandbox's clock. */
  acceptedAt: number;
}

/** An accepted adjustment: of an offline conversion by its key, of an online one by its transaction. */
export interface AdjustmentRow {
  kind: 'offline' | 'online';
  accountId: string;
  conversionName: string;
  transactionId: string | null;
  conversionTime: string | null;
  clickId: string | null;
  type: 'Restate' | 'Retract';
  time: string;
  value: number | null;
  currency: string | null;
  /** True when it changed an offline conversion; null: online ones change nothing that the sandbox shows. */
  applied: boolean | null;
  acceptedAt: number;
}

/** What `GET /_sandbox/offline` and `/_sandbox/adjustments` show. Rules J5, J6, R3, R4. */
export interface OfflineView {
  conversions: OfflineRow[];
  adjustments: AdjustmentRow[];
}

export function offlineView(state: State): OfflineView {
  const { world, offline } = state;
  const effective = effectiveAdjustments(offline.conversions(), offline.adjustments());
  const attribution = attributionAt(state);
  const firsts = firstsOfClicks(offline.conversions(), attribution);
  const goals = new Map(world.goals.map((goal) => [goal.id, goal]));
  return {
    conversions: offline.conversions().map((conversion) => {
      const goal = goals.get(conversion.goalId);
      const verdict = attribution.conversion(conversion);
      const adjusted = effective.get(offlineKey(conversion)) ?? [];
      const retracted = adjusted.some(({ type }) => type === 'Retract');
      const isFurther =
        goal?.countType === 'Unique' && !firsts.has(conversion) && verdict.status === 'attributed';
      return {
        accountId: conversion.accountId,
        conversionName: conversion.conversionName,
        conversionTime: conversion.conversionTime,
        clickId: conversion.clickId,
        hashedEmailAddress: conversion.hashedEmailAddress,
        hashedPhoneNumber: conversion.hashedPhoneNumber,
        ...(retracted
          ? { value: 0, currency: moneyOf(conversion, goal, state).currency }
          : (lastRestate(adjusted, state) ?? moneyOf(conversion, goal, state))),
        count: retracted || isFurther ? 0 : 1,
        retracted,
        uploads: 1 + conversion.repeats,
        status: verdict.status,
        unattributedReason: verdict.status === 'unattributed' ? verdict.reason : null,
        acceptedAt: conversion.acceptedAt,
      };
    }),
    adjustments: [
      ...offline.adjustments().map((adjustment) => offlineAdjustmentRow(adjustment, effective)),
      ...offline.onlineAdjustments().map(onlineAdjustmentRow),
    ].sort((a, b) => a.acceptedAt - b.acceptedAt),
  };
}

/** By key: those that came after their original and not after a Retract. */
function effectiveAdjustments(
  conversions: readonly OfflineConversion[],
  adjustments: readonly OfflineAdjustment[],
): Map<string, OfflineAdjustment[]> {
  const originals = new Map(conversions.map((conversion) => [offlineKey(conversion), conversion]));
  const effective = new Map<string, OfflineAdjustment[]>();
  for (const adjustment of adjustments) {
    const key = offlineKey(adjustment);
    const original = originals.get(key);
    const before = effective.get(key) ?? [];
    if (!original || original.sequence > adjustment.sequence) continue;
    if (before.some(({ type }) => type === 'Retract')) continue;
    effective.set(key, [...before, adjustment]);
  }
  return effective;
}

function lastRestate(adjustments: readonly OfflineAdjustment[], { world }: State) {
  const ordered = [...adjustments];
  if (world.knobs.restateOrder === 'time') ordered.sort((a, b) => a.at - b.at || a.sequence - b.sequence);
  const last = ordered.at(-1);
  return last && { value: last.value, currency: last.currency };
}

/** Rule R4. */
function moneyOf({ value, currency }: OfflineConversion, goal: Goal | undefined, { world }: State) {
  if (goal?.revenue.type === 'NoValue') {
    return world.knobs.noValueGoals === 'keep' ? { value, currency } : { value: null, currency: null };
  }
  return {
    value: value ?? goal?.revenue.value ?? null,
    currency: currency ?? goal?.revenue.currency ?? null,
  };
}

/** Of each click and goal, the conversion that came first in time. */
function firstsOfClicks(
  conversions: readonly OfflineConversion[],
  attribution: Attribution,
): Set<OfflineConversion> {
  const firsts = new Map<string, OfflineConversion>();
  for (const conversion of conversions) {
    const verdict = attribution.conversion(conversion);
    if (verdict.status !== 'attributed') continue;
    const key = JSON.stringify([conversion.goalId, verdict.click.id]);
    const first = firsts.get(key);
    if (!first || conversion.conversionAt < first.conversionAt) firsts.set(key, conversion);
  }
  return new Set(firsts.values());
}

function offlineAdjustmentRow(
  adjustment: OfflineAdjustment,
  effective: Map<string, OfflineAdjustment[]>,
): AdjustmentRow {
  const { accountId, conversionName, conversionTime, clickId, type, time, value, currency, acceptedAt } =
    adjustment;
  return {
    kind: 'offline',
    accountId,
    conversionName,
    transactionId: null,
    conversionTime,
    clickId,
    type,
    time,
    value,
    currency,
    applied: effective.get(offlineKey(adjustment))?.includes(adjustment) ?? false,
    acceptedAt,
  };
}

function onlineAdjustmentRow(adjustment: OnlineAdjustment): AdjustmentRow {
  return { kind: 'online', conversionTime: null, clickId: null, applied: null, ...adjustment };
}
