import type { FinalState, Replayed, ReplayFilter } from '../port.ts';

/** An event that has ended, as a replay looks at it. */
export interface EndedRow {
  seq: number;
  site: string;
  name: string;
  eventId: string;
  receivedAt: number;
  destination: string;
  state: FinalState;
  code: string | null;
  message: string | null;
  expiresAt: number;
  /** Its content was forgotten or erased. */
  isGone: 0 | 1 | boolean;
}

/** What a replay of what matches makes of an event; undefined where it does not match. */
export function fateOf(row: EndedRow, filter: ReplayFilter, now: number): keyof Replayed | undefined {
  if (!matches(row, filter)) return undefined;
  if (row.isGone) return 'erased';
  return row.expiresAt <= now ? 'tooOld' : 'replayed';
}

function matches(row: EndedRow, filter: ReplayFilter): boolean {
  const { seq, destination, site, name, eventId, code, since, until } = filter;
  return (
    (seq === undefined || row.seq === seq) &&
    (destination === undefined || row.destination === destination) &&
    (site === undefined || row.site === site) &&
    (name === undefined || row.name === name) &&
    (eventId === undefined || row.eventId === eventId) &&
    (code === undefined || row.code === code) &&
    (since === undefined || row.receivedAt >= since) &&
    (until === undefined || row.receivedAt < until)
  );
}

/** What is told of an event that waits again. */
export function replayMessage({ state, code, message }: EndedRow): string {
  return `sent again on request; before: ${[state, code, message].filter(Boolean).join(', ')}`;
}

/** One step of a replay through the events of one state. */
export interface ReplayStep {
  state: FinalState;
  filter: ReplayFilter;
  /** ms. */
  now: number;
  dryRun: boolean;
  /** Number of the last event of the step before. */
  after: number;
}
