import type { CapiEvent } from '@uet-capi/protocol';
import type { NewEvent } from '../../store/port.ts';
import type { Click } from '../memory.ts';
import { memoryKeys } from '../memory.ts';
import { type GoalFacts, goalEvent } from './goal-events.ts';

/** What is written beside a conversion that the Conversions API was told of too. */
const TWICE =
  'the Conversions API was told of it too: where a goal of the UET tag counts it as well, it counts twice';

/**
 * What an event means for offline goals: one more stored event for each that it feeds.
 *
 * @param event decided, with consent, and not held back
 * @param click as it was found for the event
 */
export function feedGoals(
  event: CapiEvent,
  click: Click | undefined,
  facts: Omit<GoalFacts, 'notes'>,
): NewEvent[] {
  const goals = facts.site.goals.filter(
    ({ event: name, kind, enabled, adjust }) =>
      name === event.eventName && kind === 'offline' && enabled && adjust === undefined,
  );
  if (goals.length === 0) return [];
  const { customData = {}, userData } = event;
  const conversion = {
    id: event.eventId as string,
    time: event.eventTime * 1_000,
    value: customData.value,
    currency: customData.currency,
    // The event itself may be the click's landing: only an earlier moment is known to be a click.
    click: click && {
      msclkid: click.msclkid,
      clickedAt: Math.min(click.clickedAt, event.eventTime * 1_000 - 1),
    },
    em: userData.em,
    ph: userData.ph,
    keys: memoryKeys(userData),
  };
  return goals.map((goal) => goalEvent(conversion, goal, { ...facts, notes: [TWICE] }));
}
