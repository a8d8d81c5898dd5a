import { SKIP_REASONS } from '../pipeline/skip-reasons.ts';
import type { EventView } from '../store/port.ts';

/** What became of an order; of several copies the one that stands first here decides. */
export const OUTCOMES = [
  'accepted',
  'waiting',
  'rejected',
  'expired',
  'no consent',
  'filtered',
  'never seen',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** @param events what is stored of the order */
export function outcomeOf(events: readonly Pick<EventView, 'state' | 'code'>[]): Outcome {
  const found = new Set(events.map(outcomeOfEvent));
  return OUTCOMES.find((outcome) => found.has(outcome)) ?? 'never seen';
}

function outcomeOfEvent({ state, code }: Pick<EventView, 'state' | 'code'>): Outcome {
  switch (state) {
    case 'accepted':
    case 'rejected':
    case 'expired':
      return state;
    // Given up after many tries: nobody took it.
    case 'dead':
      return 'rejected';
    case 'skipped':
      return code !== undefined && NO_CONSENT.includes(code) ? 'no consent' : 'filtered';
    default:
      return 'waiting';
  }
}

const NO_CONSENT: readonly string[] = [SKIP_REASONS.consent_denied, SKIP_REASONS.consent_withdrawn];
