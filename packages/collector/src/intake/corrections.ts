import type { CapiEvent } from '@uet-capi/protocol';
import type { Goal } from '../config/ads-schema.ts';
import type { Decision } from '../pipeline/decide.ts';
import type { Facts } from '../pipeline/facts.ts';
import { type AdjustmentInput, takeAdjustments } from './adjustments.ts';
import type { Refusal } from './intake.ts';
import type { Storage } from './storage.ts';

/**
 * Events that `goals` map to a correction, such as a refund, correct the conversion of the same
 * `transactionId`. Only those that a server reports: anybody could name an order in a browser.
 * Before the events themselves are stored, so that a crash in between is mended by the sender, who
 * comes again: a correction that is known changes nothing.
 */
export async function correct(
  decisions: readonly Decision[],
  facts: Facts,
  storage: Storage,
): Promise<Decision[] | Refusal> {
  const corrected: Decision[] = [];
  for (const decision of decisions) {
    const notes = await correctBy(decision, facts, storage);
    if ('refused' in notes) return notes;
    corrected.push(notes.length > 0 ? noted(decision, notes) : decision);
  }
  return corrected;
}

/** What became of its corrections, for the operator. */
async function correctBy(decision: Decision, facts: Facts, storage: Storage): Promise<string[] | Refusal> {
  if (facts.client || decision.kind !== 'store' || decision.filtered !== undefined) return [];
  const { event } = decision;
  if (event.adStorageConsent === 'D') return [];
  const goals = facts.site.goals.filter(
    ({ event: name, adjust, enabled }) => adjust !== undefined && enabled && name === event.eventName,
  );
  if (goals.length === 0) return [];
  const { site, source, now } = facts;
  const inputs = goals.map((goal) => inputOf(event, goal));
  // The event is counted by itself; its corrections are part of it.
  const results = await takeAdjustments(inputs, { site, source, now }, storage, { onEvent: () => {} });
  if ('refused' in results) return results;
  return results.map(({ index, status, errors }) => {
    const { goal, adjust } = goals[index]!;
    return `${adjust} for goal "${goal}": ${errors?.map(({ message }) => message).join('; ') ?? status}`;
  });
}

/** The event's value is what the conversion is worth from now on. */
function inputOf(event: CapiEvent, { goal, adjust, kind }: Goal): AdjustmentInput {
  const { transactionId, value, currency } = event.customData ?? {};
  return {
    ...(transactionId !== undefined && { [kind === 'online' ? 'transactionId' : 'id']: transactionId }),
    goal,
    type: adjust!,
    time: new Date(event.eventTime * 1_000).toISOString(),
    ...(adjust === 'restate' && value !== undefined && { value }),
    ...(currency !== undefined && { currency }),
  };
}

function noted(decision: Decision, notes: readonly string[]): Decision {
  if (decision.kind !== 'store') return decision;
  const [first, ...rest] = decision.events;
  return first
    ? { ...decision, events: [{ ...first, notes: [...first.notes, ...notes] }, ...rest] }
    : decision;
}
