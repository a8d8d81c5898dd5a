/**
 * A place that takes batches of events. A destination encodes and reads answers; when to send,
 * what to repeat and what to write down is `delivery/`'s business.
 */
export interface Destination {
  /** Stable name of its queue in the store. */
  readonly id: string;
  /** Largest number of events in one request. */
  readonly maxEvents: number;
  /** Largest sum of the sizes of the events in one request, bytes; what goes around them is not counted. */
  readonly maxBytes: number;

  /** Requests under way at once, at most; undefined: as the settings say. */
  readonly maxInFlight?: number;

  /** Sends events as one request; never throws for what a network or a server can do. */
  send(wires: readonly string[], signal: AbortSignal): Promise<Answer>;

  /** Asks whether the credentials are good, without sending an event. */
  probe(signal: AbortSignal): Promise<ProbeAnswer>;

  close(): Promise<void>;
}

/** What one request came to. Positions are those of `wires`. */
export type Answer =
  /** Each event was taken or refused by itself. */
  | { kind: 'processed'; results: readonly EventResult[] }
  /**
   * Nothing was processed: some events are invalid. Only those in `rejected` are named; when it is
   * empty the invalid ones are unknown. `code` and `message` are what was said about the request, and
   * of its event when it held only one.
   */
  | { kind: 'refused'; rejected: readonly Refused[]; code: string; message: string }
  /** The credentials or the address are wrong; no event is to blame. */
  | { kind: 'unauthorized'; message: string }
  /** The request is too large. */
  | { kind: 'too-large'; message: string }
  /** It may work later. Whether it was processed is not known. `throttled`: it came too soon after others. */
  | { kind: 'unavailable' | 'throttled'; message: string; retryAfterMs: number | undefined };

export interface Refused {
  position: number;
  code: string;
  message: string;
}

export type EventResult =
  | { state: 'accepted'; warnings: readonly { path: string; code: string; message: string }[] }
  | { state: 'rejected'; code: string; message: string }
  /** Not now: it is good after `delayMs`, or at `dueAt` (ms), at the earliest. What is due at the same moment keeps its order. */
  | ({ state: 'deferred'; code: string; message: string } & ({ delayMs: number } | { dueAt: number }));

export type ProbeAnswer =
  | { kind: 'good' }
  | { kind: 'bad'; message: string }
  | { kind: 'unknown'; message: string };
