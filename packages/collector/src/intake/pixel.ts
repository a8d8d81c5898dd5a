import { type FieldError, isRecord, type PixelEnvelope, pageReportSchema } from '@uet-capi/protocol';
import { clockShift } from '../pipeline/clock.ts';
import type { Facts } from '../pipeline/facts.ts';
import { fieldErrors } from '../pipeline/field-errors.ts';
import { judge } from '../pipeline/judge.ts';
import { prepare } from '../pipeline/prepare.ts';
import { type Accepted, accept, type Judged } from './accept.ts';
import type { PixelIntake, Refusal } from './intake.ts';
import type { IntakeEvents } from './intake-events.ts';
import { NOT_STORABLE, refusedPlaces } from './not-storable.ts';
import type { Storage } from './storage.ts';

/** `POST /e`: each event by itself, so that a bad one never takes a good one with it. */
export function takePixelBatch(
  envelope: PixelEnvelope,
  knownFacts: Omit<Facts, 'clockShiftMs'>,
  storage: Storage,
  events: IntakeEvents,
): Promise<PixelIntake | Refusal> {
  const { site, now } = knownFacts;
  const facts: Facts = { ...knownFacts, clockShiftMs: clockShift(envelope.sentAt, now) };
  const good: Judged[] = [];
  const rejected: PixelIntake['answer']['rejected'] = [];

  // No closure and no `await` here: they would keep every event in memory until it is on disk.
  for (const [index, input] of envelope.data.entries()) {
    const unconsented = consentFlaw(input);
    const prepared = prepare(input, facts);
    const verdict = judge(prepared, index, now);
    if (verdict.event && !unconsented) {
      good.push({ prepared, event: verdict.event, warnings: verdict.warnings });
      continue;
    }
    const errors = fieldErrors(verdict.errors);
    rejected.push({ index, errors: unconsented ? [unconsented, ...errors] : errors });
  }

  const tagPageLoads = pageLoadsOfTag(envelope.reports ?? []).map((pageLoadId) => ({
    site: site.id,
    pageLoadId,
  }));

  return conclude(accept(good, facts, storage, events, { tagPageLoads }), rejected, facts, events);
}

async function conclude(
  accepting: Promise<Accepted[] | Refusal>,
  rejected: PixelIntake['answer']['rejected'],
  facts: Facts,
  { onEvent }: IntakeEvents,
): Promise<PixelIntake | Refusal> {
  const accepted = await accepting;
  if ('refused' in accepted) return accepted;
  for (const { errors } of rejected) onEvent(facts, 'rejected', errors[0]?.code);
  const refused = refusedPlaces(accepted, rejected).map((index) => ({ index, errors: [NOT_STORABLE] }));
  return {
    answer: {
      accepted: accepted.length - refused.length,
      rejected: [...rejected, ...refused].sort((a, b) => a.index - b.index),
    },
    identity: newestIdentity(accepted),
  };
}

/** The page loads that the tag has sent, under its own id for them and the pixel's. */
function pageLoadsOfTag(reports: readonly unknown[]): string[] {
  const ids = reports.flatMap((report) => {
    const { success, data } = pageReportSchema.safeParse(report);
    return success && data.tagSentPageLoad ? [data.pageLoadId, data.mid ?? data.pageLoadId] : [];
  });
  return [...new Set(ids)];
}

/** Consent is written on every event; a missing value must not pass for a decision. */
function consentFlaw(input: unknown): FieldError | undefined {
  if (!isRecord(input) || input.consent === 'granted' || input.consent === 'denied') return undefined;
  return {
    path: 'consent',
    code: 'InvalidEnumValue',
    message: "'consent' must be one of the following: granted, denied.",
  };
}

/**
 * Ids that go into a cookie: those of the UET tag and the pixel are UUIDs with or without dashes.
 * Anything may stand in an event, and a long one would make the answer's headers too large.
 */
const COOKIE_ID = /^[\w.-]{1,128}$/;

/** What the visitor's cookies should hold: of the last event that was allowed to be stored. */
function newestIdentity(accepted: readonly Accepted[]): PixelIntake['identity'] {
  const last = accepted.findLast(({ kind, withdraws }) => kind === 'store' || withdraws);
  if (last?.kind !== 'store' || !last.identity) return {};
  const { anonymousId, ...click } = last.identity;
  return anonymousId !== undefined && COOKIE_ID.test(anonymousId) ? last.identity : click;
}
