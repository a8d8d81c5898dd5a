import { findTimeZone, momentOf, type TimeZone } from './time-zone.ts';

/**
 * Times as Microsoft's template takes them: `2026-06-01 13:00:00`, with `T`, `06/01/2026 01:00:00 PM`,
 * `Jun 01, 2026 1:00:00 PM`, with an offset or the name of a zone behind. Seconds may be missing.
 */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const DATE =
  /^(?:(?<year>\d{4})-(?<month>\d\d?)-(?<day>\d\d?)|(?<usMonth>\d\d?)\/(?<usDay>\d\d?)\/(?<usYear>\d{4})|(?<name>[a-z]{3}) (?<namedDay>\d\d?), ?(?<namedYear>\d{4}))/i;
const CLOCK =
  /^(?:T| +)(?<hour>\d\d?):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.\d+)?)?(?: ?(?<half>[ap]m))?(?: *(?<zone>\S+))?$/i;

const FORM = 'must be a time such as 2026-08-20T10:15:30Z or 08/20/2026 10:15:30 AM';

/**
 * @param zone of times that name none
 * @returns ms, or what is wrong with it
 */
export function readMoment(text: string, zone: TimeZone | undefined): number | { flaw: string } {
  const date = DATE.exec(text);
  const clock = date && CLOCK.exec(text.slice(date[0].length));
  const local = clock ? localTime(date.groups!, clock.groups!) : undefined;
  if (local === undefined) return { flaw: FORM };
  const named = clock!.groups!.zone;
  const meant = named === undefined ? zone : findTimeZone(named);
  if (!meant) return { flaw: named === undefined ? NO_ZONE : 'names a time zone that is not known' };
  return momentOf(local, meant) ?? { flaw: 'does not exist: clocks went forward over it' };
}

const NO_ZONE =
  'has no time zone: write it behind the time, into the line "Parameters:TimeZone=…", or give --timezone';

type Parts = Record<string, string | undefined>;

/** Undefined: there is no such day or hour. ms, as if it were UTC. */
function localTime(date: Parts, clock: Parts): number | undefined {
  const year = Number(date.year ?? date.usYear ?? date.namedYear);
  const named = MONTHS.indexOf(date.name?.toLowerCase() ?? '') + 1;
  const month = date.name === undefined ? Number(date.month ?? date.usMonth) : named;
  const day = Number(date.day ?? date.usDay ?? date.namedDay);
  const hour = hourOf(Number(clock.hour), clock.half?.toLowerCase());
  const [minute, second] = [Number(clock.minute), Number(clock.second ?? 0)];
  if (hour === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(local);
  return read.getUTCMonth() === month - 1 && read.getUTCDate() === day ? local : undefined;
}

/** Of 24, undefined where the twelve-hour clock has no such hour. */
function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}
