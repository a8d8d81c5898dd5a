/** Numbers of events, `from` included, `below` not. */
export interface Range {
  from: number;
  below: number;
}

/**
 * Events are numbered when they are stored and stamped when they arrive. Between the two lies the wait for
 * the disk, and what the clocks of processes were set by meanwhile: ms.
 */
export const OUT_OF_ORDER_MS = 60_000;
