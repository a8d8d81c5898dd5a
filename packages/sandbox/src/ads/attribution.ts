import type { State } from '../state.ts';
import type { Click, Goal } from '../world/seed.ts';
import { MAX_AGE_MS } from './item-checks.ts';
import { type OfflineAdjustment, type OfflineConversion, offlineKey } from './offline-book.ts';

/** Why an accepted item is not counted. Those that the sandbox refuses at once cannot come later. */
export type UnattributedReason =
  | 'AdjustmentOriginalNotFound'
  | 'ConversionAlreadyRetracted'
  | 'DuplicateConversionKey'
  | 'GoalNotFoundOrInactive'
  | 'ClickTimestampAfterConversion'
  | 'NoMatchingClickFound'
  | 'MissingMatchIdentifiers'
  | 'OutsideGoalLookbackWindow'
  | 'AccountMismatch'
  | 'HistoricalClickDataExpired';

/** Waiting until so many hours after acceptance; then one of the other two, for good. */
export type Verdict =
  | { status: 'waiting' }
  | { status: 'attributed'; click: Click }
  | { status: 'unattributed'; reason: UnattributedReason };

export interface Attribution {
  /** Whether it is known by now what became of an item accepted then. */
  isDecided(acceptedAt: number): boolean;
  conversion(conversion: OfflineConversion): Verdict;
  adjustment(adjustment: OfflineAdjustment): Verdict;
}

const HOUR_MS = 3_600_000;

/**
 * What became of each accepted item, by the clock: nothing runs in the background, the verdict is
 * worked out when somebody asks. Rules R1, R2.
 */
export function attributionAt(state: State): Attribution {
  const { world, offline } = state;
  const now = state.clock.now();
  const clicks = indexClicks(world.clicks);
  const originals = new Map(offline.conversions().map((original) => [offlineKey(original), original]));
  /** The first Retract of each key. */
  const retracts = new Map<string, OfflineAdjustment>();
  for (const adjustment of offline.adjustments()) {
    const key = offlineKey(adjustment);
    if (adjustment.type === 'Retract' && !retracts.has(key)) retracts.set(key, adjustment);
  }
  const isDecided = (acceptedAt: number) =>
    world.knobs.environment !== 'sandbox' && now >= acceptedAt + world.knobs.attributionDelayH * HOUR_MS;

  function judgeConversion(conversion: OfflineConversion): Verdict {
    const goal = world.goals.find(({ id }) => id === conversion.goalId);
    if (goal?.status !== 'Active') return unattributed('GoalNotFoundOrInactive');
    return matchClick(conversion, goal, clicks);
  }

  return {
    isDecided,
    conversion: (conversion) =>
      isDecided(conversion.acceptedAt) ? judgeConversion(conversion) : { status: 'waiting' },
    adjustment(adjustment) {
      if (!isDecided(adjustment.acceptedAt)) return { status: 'waiting' };
      const key = offlineKey(adjustment);
      const retract = retracts.get(key);
      if (retract && retract.sequence < adjustment.sequence)
        return unattributed('ConversionAlreadyRetracted');
      const original = originals.get(key);
      if (!original || original.sequence > adjustment.sequence)
        return unattributed('AdjustmentOriginalNotFound');
      const verdict = judgeConversion(original);
      const click = verdict.status === 'attributed' ? verdict.click : undefined;
      if (click && click.time < adjustment.acceptedAt - MAX_AGE_MS)
        return unattributed('HistoricalClickDataExpired');
      return verdict;
    },
  };
}

/** By click id in lower case, and by hash; a text cannot be both. */
type ClickIndex = ReadonlyMap<string, readonly Click[]>;

function indexClicks(clicks: readonly Click[]): ClickIndex {
  const index = new Map<string, Click[]>();
  for (const click of clicks) {
    const keys = [click.id.toLowerCase(), click.hashedEmailAddress, click.hashedPhoneNumber];
    for (const key of new Set(keys)) {
      if (key !== undefined) index.set(key, [...(index.get(key) ?? []), click]);
    }
  }
  return index;
}

/** By click id, or by a hash where the goal takes them; the newest click that fits. */
function matchClick(conversion: OfflineConversion, goal: Goal, clicks: ClickIndex): Verdict {
  const { clickId, hashedEmailAddress, hashedPhoneNumber, conversionAt, accountId } = conversion;
  const found = [clickId?.toLowerCase(), hashedEmailAddress, hashedPhoneNumber].flatMap((key) =>
    key ? (clicks.get(key) ?? []) : [],
  );
  if (found.length === 0) {
    return unattributed(clickId === null ? 'MissingMatchIdentifiers' : 'NoMatchingClickFound');
  }
  const own = found.filter((click) => click.accountId === accountId);
  if (own.length === 0) return unattributed('AccountMismatch');
  const earlier = own.filter(({ time }) => time < conversionAt);
  if (earlier.length === 0) return unattributed('ClickTimestampAfterConversion');
  const fitting = earlier
    .filter(({ time }) => conversionAt <= time + goal.windowMinutes * 60_000)
    .sort((a, b) => b.time - a.time);
  if (fitting.length === 0) return unattributed('OutsideGoalLookbackWindow');
  return { status: 'attributed', click: fitting[0]! };
}

function unattributed(reason: UnattributedReason): Verdict {
  return { status: 'unattributed', reason };
}
