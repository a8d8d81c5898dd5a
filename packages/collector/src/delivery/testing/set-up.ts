import { afterEach } from 'vitest';
import type { Outcome } from '../../store/port.ts';
import type { RequestReport } from '../deliver-batch.ts';
import type { DeliveryEvents } from '../delivery-loop.ts';
import { createDispatcher, type Dispatcher } from '../dispatcher.ts';
import { memoryStore } from './memory-store.ts';
import { type OwnedClock, ownedClock } from './owned-clock.ts';
import { scripted } from './scripted-destination.ts';

export const SETTINGS = {
  batchMs: 250,
  retryBaseMs: 1_000,
  retryMaxMs: 300_000,
  timeoutMs: 10_000,
  probeMs: 60_000,
  maxInFlight: 4,
  ratePerSecond: 50,
  burst: 100,
};

const started: { dispatcher: Dispatcher; clock: OwnedClock }[] = [];
afterEach(async () => {
  for (const { dispatcher, clock } of started.splice(0)) {
    const stopped = dispatcher.stop({ graceMs: 0 });
    await clock.advance(1);
    await stopped;
  }
});

/** Dispatchers on one store in memory, with an owned clock. */
export function setUp({ ids = ['d'], random = (): number => 0.5 } = {}) {
  const clock = ownedClock();
  const memory = memoryStore();
  const log: string[] = [];
  const reports: RequestReport[] = [];
  const events: DeliveryEvents = {
    onRequest: (_, request) => reports.push(request),
    onSettled: (id, outcomes) => log.push(`${id} settled ${summary(outcomes)}`),
    onPaused: (id, reason) => log.push(`${id} paused: ${reason}`),
    onResumed: (id) => log.push(`${id} resumed`),
    onCircuit: (id, isOpen) => log.push(`${id} circuit ${isOpen ? 'open' : 'closed'}`),
    onError: (id, error) => log.push(`${id} error: ${(error as Error).message}`),
  };
  const destinations = ids.map((id) => scripted(clock, id));
  /** A further one is a further process on the same store. */
  const dispatch = (change: Partial<typeof SETTINGS> = {}) => {
    const dispatcher = createDispatcher({
      store: memory.store,
      settings: { ...SETTINGS, ...change },
      events,
      clock,
      random,
    });
    for (const destination of destinations) dispatcher.add(destination);
    started.push({ dispatcher, clock });
    dispatcher.start();
    return dispatcher;
  };
  const sizes = () => destinations[0]!.requests.map(({ wires }) => wires.length);
  const times = () => destinations[0]!.requests.map(({ at }) => at);
  return { clock, memory, log, reports, destinations, destination: destinations[0]!, dispatch, sizes, times };
}

function summary(outcomes: readonly Outcome[]): string {
  return [...new Set(outcomes.map(({ state }) => state))]
    .map((state) => `${outcomes.filter((outcome) => outcome.state === state).length} ${state}`)
    .join(', ');
}
