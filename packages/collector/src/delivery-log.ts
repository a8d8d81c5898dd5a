import type { DeliveryEvents } from './delivery/delivery-loop.ts';
import type { Log } from './log.ts';
import type { Outcome } from './store/port.ts';

/** Tells the operator what delivery did: one line a batch, never an event's content. */
export function logDelivery(log: Log): DeliveryEvents {
  return {
    onSettled(destination, outcomes) {
      const states = countStates(outcomes);
      const lost = outcomes.find(({ state }) => state !== 'accepted' && state !== 'retry');
      if (lost)
        log.warn(
          { destination, ...states, code: 'code' in lost ? lost.code : undefined },
          'not all delivered',
        );
      else log.info({ destination, ...states }, 'delivered');
    },
    onPaused: (destination, reason) => log.error({ destination, reason }, 'paused: events are kept and wait'),
    onResumed: (destination) => log.info({ destination }, 'resumed'),
    onError: (destination, error) => log.error({ destination, err: error }, 'the store failed; tried again'),
  };
}

function countStates(outcomes: readonly Outcome[]): Record<string, number> {
  const states: Record<string, number> = {};
  for (const { state } of outcomes) states[state] = (states[state] ?? 0) + 1;
  return states;
}
