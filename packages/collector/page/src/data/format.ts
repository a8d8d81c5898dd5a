/** Numbers, times and ids as people read them. All in the language of the page, the reader's time zone. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const count = (n: number) => n.toLocaleString('en');

export const plural = (n: number, word: string) => `${count(n)} ${word}${n === 1 ? '' : 's'}`;

export function money(value: number, currency = ''): string {
  const figure = value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return currency ? `${figure} ${currency}` : figure;
}

/** A length of time by its largest unit: `340 ms`, `12 s`, `4 min`, `3 h`, `6 days`. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${Number((ms / SECOND).toFixed(1))} s`;
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.round(ms / HOUR)} h`;
  return `${Math.round(ms / DAY)} days`;
}

export function ago(ms: number, now: number): string {
  return now - ms < SECOND ? 'just now' : `${duration(now - ms)} ago`;
}

/** `14:03:59` today, with the day before it otherwise. */
export function clock(ms: number, now: number): string {
  const time = new Date(ms).toLocaleTimeString('en', { hour12: false });
  const day = (at: number) => new Date(at).toDateString();
  if (day(ms) === day(now)) return time;
  return `${new Date(ms).toLocaleDateString('en', { day: 'numeric', month: 'short' })} ${time}`;
}

/** To the millisecond, for a tooltip. */
export const exactly = (ms: number) => new Date(ms).toISOString();

/** A UUID by its ends. */
export const shortId = (id: string) => id.replace(/^(.{8})[\da-f-]{20,}(.{4})$/i, '$1…$2');

/** Characters that change the direction of text or show nothing; emoji may keep what joins them. */
const INVISIBLE = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** The same text with what cannot be seen written out. */
export const visible = (text: string) =>
  text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
