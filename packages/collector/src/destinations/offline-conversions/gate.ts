import type { Destination, EventResult } from '../destination.ts';

export interface Gate {
  /** What is decided without asking Microsoft; undefined: it may be sent. */
  look(wire: string): Promise<EventResult | undefined>;
  /** What is sent of a stored wire. */
  itemOf(wire: string): string;
}

/** Comes again at once, in a batch of its own. */
const POSTPONED: EventResult = {
  state: 'deferred',
  delayMs: 0,
  code: 'Postponed',
  message: 'Not sent together with what has to wait; taken up again at once.',
};

/**
 * The same destination, which sends only what may be sent at this moment. What may not is settled without a request:
 * nothing that one comes to says anything about it.
 */
export function gated(destination: Destination, { look, itemOf }: Gate): Destination {
  return {
    ...destination,
    async send(wires, signal) {
      const decided = await Promise.all(wires.map(look));
      if (decided.every((result) => result === undefined)) return destination.send(wires.map(itemOf), signal);
      return { kind: 'processed', results: decided.map((result) => result ?? POSTPONED) };
    },
  };
}
