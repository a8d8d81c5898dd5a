import { dashed } from '@uet-capi/protocol/click-id';
import { attempt } from '../attempt.ts';

/** Random ids, by the browser's generator; `Math.random` only where the page has broken that one. */

/** Replaces each `x` of the pattern by a random hex digit. */
function fill(pattern: string): string {
  const random = attempt(() => crypto.getRandomValues(new Uint8Array(pattern.length)));
  return pattern.replace(/x/g, (_, at) =>
    ((random ? (random[at] as number) : Math.random() * 16) & 15).toString(16),
  );
}

/** A v7 UUID: begins with the time, so that the collector's index is filled in order. */
export function eventId(now = Date.now()): string {
  // 11 digits of ms until the year 2527.
  return dashed(fill(`0${now.toString(16)}7xxx8xxxxxxxxxxxxxxx`));
}

/** A v4 UUID, the form of the UET tag's `mid`. */
export function pageLoadId(): string {
  return dashed(fill('xxxxxxxxxxxx4xxx8xxxxxxxxxxxxxxx'));
}

/** Ms from the beginning of the Gregorian calendar (1582), where v1 UUIDs begin to count, to 1970. */
const GREGORIAN_OFFSET_MS = 12_219_292_800_000;

/** 100 ns, the unit of v1 UUIDs, in one ms. */
const TICKS_PER_MS = 10_000;

/** A v1 UUID without dashes, the form of `_uetvid` and the one that Microsoft prefers for visitors. */
export function visitorId(now = Date.now()): string {
  const ticks = ((now + GREGORIAN_OFFSET_MS) * TICKS_PER_MS).toString(16);
  return fill(`${ticks.slice(7)}${ticks.slice(3, 7)}1${ticks.slice(0, 3)}8xxxxxxxxxxxxxxx`);
}
