import { Gauge, Histogram, type Registry } from 'prom-client';
import type { DeliveryEvents } from '../delivery/delivery-loop.ts';
import { createBoundedLabels } from './bounded-labels.ts';
import { createTally } from './tally.ts';

/** From a near sandbox to the time limit's default, s. */
const ANSWER_BUCKETS_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Up to the largest batch that Microsoft takes. */
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** Counts what became of events at their destination, as this process saw it. */
export function meterDelivery(registry: Registry): {
  events: DeliveryEvents;
  /** These are delivered to from now on, and no others. */
  expect(destinations: readonly string[]): void;
} {
  const outcomes = createTally(registry, {
    name: 'uet_capi_delivery_outcomes_total',
    help: 'Results of delivering an event: accepted, accepted_with_warnings, retry, rejected, expired, dead; code says why.',
    labelNames: ['destination', 'outcome', 'code'],
  });
  const warnings = createTally(registry, {
    name: 'uet_capi_delivery_warnings_total',
    help: 'Fields that Microsoft removed from accepted events, by the code of its warning.',
    labelNames: ['destination', 'code'],
  });
  const storeErrors = createTally(registry, {
    name: 'uet_capi_delivery_store_errors_total',
    help: 'Times that the store failed or refused what delivery asked of it, or that delivery met a bug; it tries again.',
    labelNames: ['destination'],
  });
  const seconds = new Histogram({
    name: 'uet_capi_delivery_request_duration_seconds',
    help: 'Time until a request to the destination was answered or given up, by what it came to.',
    labelNames: ['destination', 'outcome'],
    buckets: ANSWER_BUCKETS_S,
    registers: [registry],
  });
  const batches = new Histogram({
    name: 'uet_capi_delivery_batch_events',
    help: 'Events in one request to the destination.',
    labelNames: ['destination'],
    buckets: BATCH_BUCKETS,
    registers: [registry],
  });
  const paused = new Gauge({
    name: 'uet_capi_delivery_paused',
    help: '1 while it is paused and its events wait: doctor, debugger and log say why.',
    labelNames: ['destination'],
    registers: [registry],
  });
  const circuit = new Gauge({
    name: 'uet_capi_delivery_circuit_open',
    help: '1 while this process probes a destination that does not answer, with single events.',
    labelNames: ['destination'],
    registers: [registry],
  });
  let expected: readonly string[] = [];

  const outcomeCode = createBoundedLabels();
  const warningCode = createBoundedLabels();
  const events: DeliveryEvents = {
    onRequest(destination, { ms, events, outcome }) {
      seconds.observe({ destination, outcome }, ms / 1_000);
      batches.observe({ destination }, events);
    },
    onSettled(destination, settled) {
      for (const outcome of settled) {
        if (outcome.state !== 'accepted') {
          outcomes(1, destination, outcome.state, outcomeCode(outcome.code));
          continue;
        }
        outcomes(1, destination, outcome.warnings.length > 0 ? 'accepted_with_warnings' : 'accepted', '');
        for (const { code } of outcome.warnings) warnings(1, destination, warningCode(code));
      }
    },
    onPaused: (destination) => paused.set({ destination }, 1),
    onResumed: (destination) => paused.set({ destination }, 0),
    onCircuit: (destination, isOpen) => circuit.set({ destination }, isOpen ? 1 : 0),
    onError: (destination) => storeErrors(1, destination),
  };

  return {
    events,
    expect(destinations) {
      // Nobody here would ever tell that it is over.
      for (const destination of expected.filter((one) => !destinations.includes(one))) {
        for (const gauge of [paused, circuit]) gauge.remove({ destination });
      }
      for (const destination of destinations.filter((one) => !expected.includes(one))) {
        outcomes(0, destination, 'accepted', '');
        circuit.set({ destination }, 0);
        paused.set({ destination }, 0);
        storeErrors(0, destination);
      }
      expected = destinations;
    },
  };
}
