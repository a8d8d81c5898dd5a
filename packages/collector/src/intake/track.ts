import type { CapiEvent, FieldError, UserData } from '@uet-capi/protocol';
import type { Facts } from '../pipeline/facts.ts';
import { fieldErrors } from '../pipeline/field-errors.ts';
import { judge } from '../pipeline/judge.ts';
import { prepare } from '../pipeline/prepare.ts';
import { accept } from './accept.ts';
import type { Refusal } from './intake.ts';
import type { IntakeEvents } from './intake-events.ts';
import { NOT_STORABLE } from './not-storable.ts';
import type { Storage } from './storage.ts';

/**
 * An event that the site's own code reports: Microsoft's fields, of which most may be left out.
 * `eventType` is `custom` and `eventTime` (s) is now unless given. `email` and `phone` may be in
 * clear: they are normalised, hashed and forgotten.
 */
export type TrackEvent = Partial<Omit<CapiEvent, 'userData'>> & {
  userData?: Partial<UserData> & { email?: string; phone?: string };
};

export type TrackResult =
  /** On disk, or already known under its id. */
  | { status: 'accepted' | 'duplicate'; eventId: string }
  /** Received; consent keeps it from being stored, or a rule of the site's own from being delivered. */
  | { status: 'skipped'; reason: string }
  | { status: 'rejected'; errors: FieldError[] };

/** `collector.track`: as a server route, for one event and with our own answer. */
export async function takeTracked(
  event: TrackEvent,
  context: string | undefined,
  facts: Facts,
  storage: Storage,
  events: IntakeEvents,
): Promise<TrackResult | Refusal> {
  const prepared = prepare(
    { ...event, eventType: event?.eventType ?? 'custom', ...(context !== undefined && { context }) },
    facts,
  );
  const { event: good, errors, warnings } = judge(prepared, 0, facts.now);
  if (!good) {
    events.onEvent(facts, 'rejected', errors[0]?.errorCode);
    return { status: 'rejected', errors: fieldErrors(errors) };
  }
  const accepted = await accept([{ prepared, event: good, warnings }], facts, storage, events);
  if ('refused' in accepted) return accepted;
  const [outcome] = accepted;
  if (outcome?.kind === 'refused') return { status: 'rejected', errors: [NOT_STORABLE] };
  if (outcome?.kind !== 'store') return { status: 'skipped', reason: outcome?.reason ?? '' };
  if (outcome.filtered !== undefined) return { status: 'skipped', reason: outcome.filtered };
  return {
    status: outcome.stored[0] === 'duplicate' ? 'duplicate' : 'accepted',
    eventId: outcome.eventId,
  };
}
