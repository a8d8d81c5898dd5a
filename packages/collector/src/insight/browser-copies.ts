import type { Day } from '../store/day-table.ts';
import { sumOf } from './sum.ts';

/**
 * How many events the browser's own tag would have told Microsoft too: an estimate. The pixel reports
 * the page loads that it saw the tag send; where it saw none, the tag was most likely blocked or came too
 * late. It cannot see whether a beacon arrived.
 */
export interface BrowserCopies {
  /** Events of page loads that the tag was seen to send. */
  seen: number;
  /** Events of page loads that it was not seen to send: lost without the server's copy. */
  unseen: number;
  /** Events that no page load is known of, mostly reported by a server alone. Not part of the estimate. */
  unknown: number;
  /** unseen ÷ (seen + unseen), 0 to 1; missing where nothing is known. */
  estimatedLostShare?: number;
}

export function browserCopiesOf(days: readonly Day[]): BrowserCopies {
  const seen = sumOf(days, 'tagSeen');
  const unseen = sumOf(days, 'tagNotSeen');
  const known = seen + unseen;
  return {
    seen,
    unseen,
    unknown: sumOf(days, 'events') - known,
    ...(known > 0 && { estimatedLostShare: unseen / known }),
  };
}
