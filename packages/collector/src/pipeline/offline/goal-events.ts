import type { Goal } from '../../config/ads-schema.ts';
import type { Site } from '../../config/config.ts';
import { uploadDestination } from '../../destination-id.ts';
import type { NewEvent, PersonKey, Route, Source } from '../../store/port.ts';
import type { Click } from '../memory.ts';
import { SKIP_REASONS } from '../skip-reasons.ts';
import { asWritten, conversionItem } from './conversion-item.ts';

/** A conversion that goals of the account count, whichever way it came. */
export interface LaterConversion {
  /** The caller's own id, or that of the event. */
  id: string;
  /** When it happened, ms. */
  time: number;
  value: number | undefined;
  /** ISO 4217. */
  currency: string | undefined;
  /** The click that is known of the person; `clickedAt` undefined where only the id is. */
  click: { msclkid: string; clickedAt: number | undefined } | undefined;
  em: string | undefined;
  ph: string | undefined;
  keys: readonly PersonKey[];
}

export interface GoalFacts {
  site: Site;
  source: Source;
  /** ms. */
  now: number;
  notes: readonly string[];
  /** Why nothing of it may leave. */
  skipped?: string | undefined;
}

/** Microsoft refuses older ones (code 5609), ms. */
export const MAX_CONVERSION_AGE_MS = 90 * 86_400_000;

/** So close to their end items could be refused on the way, ms. */
const EXPIRY_MARGIN_MS = 300_000;

/** Microsoft's help asks to wait so long after the click, ms: before that it may not know of it. */
const FRESH_CLICK_MS = 3_600_000;

/** From then on neither a conversion nor a correction of it is sent, ms. */
export function conversionExpiresAt(time: number): number {
  return time + MAX_CONVERSION_AGE_MS - EXPIRY_MARGIN_MS;
}

/** Stands where other events have the id of their tag: a goal belongs to an account, and ids to a site. */
export function offlineTag(siteId: string): string {
  return `offline:${siteId}`;
}

/** What goes into the store for one goal. */
export function goalEvent(conversion: LaterConversion, goal: Goal, facts: GoalFacts): NewEvent {
  const { site, source, now, notes } = facts;
  const { id, time, em, ph, keys } = conversion;
  const click = usableClick(conversion);
  const route: Route =
    facts.skipped === undefined ? routeOf(goal, click, em ?? ph, facts) : { skipped: facts.skipped };
  return {
    site: site.id,
    tagId: offlineTag(site.id),
    name: goal.goal,
    eventId: id,
    source,
    receivedAt: now,
    expiresAt: conversionExpiresAt(time),
    wire: conversionItem({
      goal: goal.goal,
      time,
      ...goalValue(conversion, goal),
      msclkid: click && asWritten(click.msclkid),
      em,
      ph,
    }),
    keys,
    notes,
    route,
  };
}

function routeOf(
  { send }: Goal,
  click: LaterConversion['click'],
  hash: string | undefined,
  { site, now }: GoalFacts,
): Route {
  if (site.mode === 'shadow') return { skipped: SKIP_REASONS.shadow_mode };
  if (site.mode === 'test') return { skipped: SKIP_REASONS.test_event };
  if (!click && send === 'attributed') return { skipped: SKIP_REASONS.not_attributed };
  if (!click && hash === undefined) return { skipped: SKIP_REASONS.nobody_known };
  const dueAt = Math.max(now, (click?.clickedAt ?? 0) + FRESH_CLICK_MS);
  return { destination: uploadDestination('conversions', site.id), dueAt, held: false };
}

/** A click that came after the conversion cannot have led to it, and would be refused (code 5616). */
function usableClick({ click, time }: LaterConversion): LaterConversion['click'] {
  return click?.clickedAt !== undefined && click.clickedAt >= time ? undefined : click;
}

/** The value that the goal is to be told; none: Microsoft takes the goal's own. */
function goalValue(
  { value, currency }: Pick<LaterConversion, 'value' | 'currency'>,
  goal: Pick<Goal, 'value' | 'currency'>,
): Pick<LaterConversion, 'value' | 'currency'> {
  if (goal.value === 'goal') return { value: undefined, currency: undefined };
  if (typeof goal.value === 'number') return { value: goal.value, currency: goal.currency ?? currency };
  return value === undefined
    ? { value: undefined, currency: undefined }
    : { value, currency: currency ?? goal.currency };
}

/** A remembered click as a conversion knows it. */
export function knownClick(click: Click | undefined): LaterConversion['click'] {
  return click && { msclkid: click.msclkid, clickedAt: click.clickedAt };
}
