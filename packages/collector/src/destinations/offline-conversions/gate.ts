import type { Destination, EventResult } from '../destination.ts';

export interface Gate {
  /** What is decided without asking Microsoft; undefined: it may be sent. */
  look(wire: string): Promise<EventResult | undefined>;
  /** What is sent of a stored wire. */
  itemOf(wire: string): string;
}

/** The same destination, which sends only what may be sent at this moment. */
export function gated(destination: Destination, { look, itemOf }: Gate): Destination {
  return {
    ...destination,
    async send(wires, signal) {
      const decided = await Promise.all(wires.map(look));
      const open = wires.filter((_, position) => decided[position] === undefined);
      if (open.length === 0) return { kind: 'processed', results: decided as EventResult[] };
      const answer = await destination.send(open.map(itemOf), signal);
      if (answer.kind !== 'processed') return answer;
      const results = answer.results.values();
      return { kind: 'processed', results: decided.map((result) => result ?? results.next().value!) };
    },
  };
}
