import type { FinalState, StateCount } from '../port.ts';

/** The side of the tally that counts what came; the other counts what ended, by state. */
export const RECEIVED = 'received';

export type TallyRow = Pick<StateCount, 'site' | 'destination' | 'count'> & {
  state: FinalState | typeof RECEIVED;
};
