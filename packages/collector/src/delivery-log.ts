import type { DeliveryEvents } from './delivery/delivery-loop.ts';
import type { OnDestinationBug } from './destinations/of-config.ts';
import type { Log } from './log.ts';
import type { Outcome } from './store/port.ts';
import { StoreUnavailable } from './store/unavailable.ts';

const STORE_FAILED = 'the store failed; tried again';
const REFUSED = 'the database refused what delivery asked of it, or this is a bug; tried again';

/** Tells the operator what delivery could not do; what went well is counted, not logged. Never an event's content. */
export function logDelivery(log: Log): DeliveryEvents {
  return {
    onRequest() {},
    onSettled(destination, outcomes) {
      const failed = outcomes.find((outcome) => outcome.state !== 'accepted');
      if (!failed) return;
      const { code, message } = failed;
      log.warn({ destination, ...countStates(outcomes), code, reason: message }, 'not all events were taken');
    },
    onPaused: (destination, reason) => log.error({ destination, reason }, 'paused: events are kept and wait'),
    onResumed: (destination) => log.info({ destination }, 'resumed'),
    onCircuit: (destination, isOpen) =>
      isOpen
        ? log.warn({ destination }, 'does not answer: probed with single events from now on')
        : log.info({ destination }, 'answers again'),
    onError: (destination, error) =>
      log.error({ destination, err: error }, error instanceof StoreUnavailable ? STORE_FAILED : REFUSED),
  };
}

/** An event is lost by a fault of ours, or by an answer that nobody knows: please report it. */
export function logBug(log: Log): OnDestinationBug {
  return (destination, code, message) =>
    log.error(
      { destination, code, reason: message },
      'Microsoft refused an event for a fault of the collector',
    );
}

function countStates(outcomes: readonly Outcome[]): Record<string, number> {
  const states: Record<string, number> = {};
  for (const { state } of outcomes) states[state] = (states[state] ?? 0) + 1;
  return states;
}
