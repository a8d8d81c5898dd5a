import { memoize } from '../memoize.ts';
import { MICROSOFT_TIME_ZONES } from './microsoft-time-zones.ts';

/** How far local time is ahead of UTC at a moment, both in ms. */
export type TimeZone = (at: number) => number;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** All changes of any zone's offset begin at a multiple of it, ms. */
const STEP_MS = 15 * MINUTE_MS;

/** `+0200`, `-05:00`, `Z`, an IANA name, or a name of Microsoft's; undefined: none of them. */
export const findTimeZone = memoize((name: string): TimeZone | undefined => {
  if (name === 'Z') return () => 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(name) ?? [];
  if (sign) {
    const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
    return Math.abs(offset) > DAY_MS ? undefined : () => (sign === '-' ? -offset : offset);
  }
  return /^[a-z]/i.test(name) ? namedZone(MICROSOFT_TIME_ZONES[name] ?? name) : undefined;
});

function namedZone(timeZone: string): TimeZone | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
  const offsetOfStep = memoize((step) => {
    const written = format.format(Number(step) * STEP_MS);
    const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(written) ?? ['', '+', '0', '0'];
    return Number(`${sign}${Number(hours) * 60 + Number(minutes)}`) * MINUTE_MS;
  });
  return (at) => offsetOfStep(`${Math.floor(at / STEP_MS)}`);
}

/**
 * The moment of a local time; of two, in the night when clocks go back, the first.
 *
 * @param local ms, as if it were UTC
 * @returns undefined where clocks go forward over it: it does not exist
 */
export function momentOf(local: number, zone: TimeZone): number | undefined {
  const moments = [local - DAY_MS, local + DAY_MS].map((near) => local - zone(near));
  return moments.filter((moment) => moment + zone(moment) === local).sort((a, b) => a - b)[0];
}
