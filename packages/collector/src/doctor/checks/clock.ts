import { type Finding, ok, problem, skipped, warning } from '../finding.ts';
import type { Answered } from '../reach.ts';

/** `Date` has whole seconds, cut off. */
const DATE_RESOLUTION_MS = 1_000;

/** A clock that is kept by NTP is right within a second. */
const SUSPICIOUS_MS = 10_000;

/** From here on visitors' clocks are corrected by ours (`/e`), ms: then it is ours that is wrong. */
const WRONG_MS = 60_000;

/** This machine's clock against the `Date` that Microsoft's server writes on its answer. */
export function checkClock({ headers, sentAt, receivedAt }: Answered): Finding {
  const theirs = Date.parse(headers.date ?? '');
  if (Number.isNaN(theirs)) return skipped('clock', 'The answer bears no date to compare the clock with.');
  // The moment lay between request and answer, and within the second that the header names.
  const ahead = sentAt - (theirs + DATE_RESOLUTION_MS);
  const behind = theirs - receivedAt;
  const off = Math.max(ahead, behind);
  if (off <= SUSPICIOUS_MS) return ok('clock', 'The clock of this machine agrees with the server’s.');
  const isAhead = ahead > behind;
  return (off > WRONG_MS ? problem : warning)('clock', {
    what: `The clock of this machine is ${describe(off)} ${isAhead ? 'fast' : 'slow'}.`,
    why: isAhead
      ? 'Events get a time that lies in the future for Microsoft, which may refuse them, and the clocks of visitors are corrected wrongly.'
      : 'Events get a time that is too early, and the clocks of visitors are corrected wrongly.',
    next: 'Turn time synchronisation on (timedatectl set-ntp true, or chrony); in a container, on its host.',
  });
}

function describe(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
