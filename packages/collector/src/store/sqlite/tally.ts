import type { State } from '../port.ts';
import { RECEIVED } from '../rows/tally.ts';
import type { Statements } from './sql.ts';

/** Counts what one transaction does, and writes it down at its end: a row a kind, not a row an event. */
export interface Tally {
  received(site: string, destination: string): void;
  ended(site: string, destination: string, state: State, count?: number): void;
  /** What had ended waits again. */
  reopened(site: string, destination: string, state: State): void;
  write(): void;
}

export function createTally(sql: Statements): Tally {
  const counts = new Map<
    string,
    { row: [site: string, destination: string, state: string]; count: number }
  >();
  const add = (site: string, destination: string, state: string, count: number) => {
    const key = `${state}\n${destination}\n${site}`;
    const counted = counts.get(key);
    if (counted) counted.count += count;
    else counts.set(key, { row: [site, destination, state], count });
  };
  return {
    received: (site, destination) => add(site, destination, RECEIVED, 1),
    ended: (site, destination, state, count = 1) => add(site, destination, state, count),
    reopened: (site, destination, state) => add(site, destination, state, -1),
    write() {
      for (const { row, count } of counts.values()) sql.addToTally.run(...row, count);
    },
  };
}
