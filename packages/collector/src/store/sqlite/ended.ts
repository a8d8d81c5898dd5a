import type { State } from '../port.ts';
import type { Statements } from './sql.ts';
import type { Tally } from './tally.ts';

/** An event that was just taken out of `delivery`, or was never in it. */
export interface Taken {
  seq: number | bigint;
  site: string;
  destination: string;
  attempts: number;
  expiresAt: number;
}

export interface Ending {
  state: State;
  code?: string;
  message?: string;
  /** JSON. */
  warnings?: string;
}

/** Both entries of an event that has ended: its outcome and the tally. */
export function writeEnding(sql: Statements, tally: Tally, taken: Taken, ending: Ending, now: number): void {
  const { seq, site, destination, attempts, expiresAt } = taken;
  const { state, code = null, message = null, warnings = null } = ending;
  sql.insertOutcome.run(seq, destination, state, attempts, expiresAt, code, message, warnings, now);
  tally.ended(site, destination, state);
}
