import type { Answer, Destination, ProbeAnswer } from '../../destinations/destination.ts';
import type { Clock } from '../clock.ts';

/** Microsoft takes all of it. */
export const takes = (wires: readonly unknown[]): Answer => ({
  kind: 'processed',
  results: wires.map(() => ({ state: 'accepted', warnings: [] })),
});
export const unavailable: Answer = { kind: 'unavailable', message: 'HTTP 503', retryAfterMs: undefined };
export const unauthorized: Answer = { kind: 'unauthorized', message: 'HTTP 401' };

/** Never answers; an abort ends it. */
export function hangs(signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(unavailable);
    signal.addEventListener('abort', () => resolve(unavailable));
  });
}

export interface Scripted extends Destination {
  requests: { at: number; wires: readonly string[] }[];
  probes: number[];
  answer: (wires: readonly string[], signal: AbortSignal) => Answer | Promise<Answer>;
  probeAnswer: ProbeAnswer;
}

/** A destination that answers as the test says and remembers what it was asked. */
export function scripted(clock: Clock, id = 'd'): Scripted {
  const destination: Scripted = {
    id,
    maxEvents: 1_000,
    maxBytes: 1_000_000,
    requests: [],
    probes: [],
    answer: takes,
    probeAnswer: { kind: 'bad', message: 'HTTP 401' },
    async send(wires, signal) {
      destination.requests.push({ at: clock.now(), wires });
      return destination.answer(wires, signal);
    },
    async probe() {
      destination.probes.push(clock.now());
      return destination.probeAnswer;
    },
    close: async () => {},
  };
  return destination;
}
