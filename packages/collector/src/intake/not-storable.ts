import type { FieldError } from '@uet-capi/protocol';
import type { Accepted } from './accept.ts';

/** Of an event that the store refuses for itself: it would each time. */
export const NOT_STORABLE: FieldError = {
  path: '',
  code: 'NotStorable',
  message: 'the database refuses this event; the log of the collector says why',
};

/**
 * Places in the request of the events that the store has refused.
 *
 * @param accepted in their order
 * @param rejected the places of the others, which never got to the store
 */
export function refusedPlaces(
  accepted: readonly Accepted[],
  rejected: readonly { index: number }[],
): number[] {
  if (!accepted.some(({ kind }) => kind === 'refused')) return [];
  const taken = new Set(rejected.map(({ index }) => index));
  let place = -1;
  return accepted.flatMap(({ kind }) => {
    do place += 1;
    while (taken.has(place));
    return kind === 'refused' ? [place] : [];
  });
}
