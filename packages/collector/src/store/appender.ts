import type { AppendResult, Arrivals, Packed, Store } from './port.ts';
import { StoreUnavailable } from './unavailable.ts';

/**
 * What may wait for the disk, the commit under way included: some 200 ms of a disk that does 50,000
 * events/s. More waiting would only delay the moment when clients are asked to come again.
 */
const MAX_QUEUED_EVENTS = 10_000;

/** The same in memory (bytes of wire). */
const MAX_QUEUED_BYTES = 16 * 1024 * 1024;

export interface AppenderOptions {
  maxQueuedEvents?: number;
  maxQueuedBytes?: number;
  /** Called after each commit with the destinations that got work, and when the first of it is due (ms). Must not throw. */
  onStored?(dueAt: ReadonlyMap<string, number>): void;
}

export interface Appender {
  /**
   * Resolves when the arrivals are on disk, or at once with 'busy' when too much waits; nothing was
   * taken then. Rejects when the store refused them; nothing was stored then.
   */
  append(arrivals: Arrivals): Promise<AppendResult[] | 'busy'>;
  /** How full the queue is: at 1 the next arrivals are refused. */
  fill(): number;
  /** Resolves when everything taken so far is stored or refused. */
  drain(): Promise<void>;
}

interface Waiting {
  packed: Packed;
  /** How many results are its own. */
  results: number;
  /** What it takes of the queue's room. */
  events: number;
  bytes: number;
  withdraws: boolean;
  /** See `onStored`. */
  dueAt: ReadonlyMap<string, number>;
  resolve(results: AppendResult[]): void;
  reject(error: unknown): void;
}

/**
 * Where many wait, commits begin at least this far apart, ms. A commit costs some 0.3 ms of CPU however
 * small it is, in both threads: 16 events took 22 µs each in SQLite and 320 took 8. A disk that syncs
 * quickly would make groups of a few events, and each of them would cost more than all the rest that is
 * done with it. At 5 ms commits take a sixteenth of a core at most. Who waits alone is never made to wait.
 */
const MIN_INTERVAL_MS = 5;

/** Group commit: whatever arrives while one commit is under way goes into the next one. */
export function createAppender(
  store: Pick<Store, 'pack' | 'appendPacked'>,
  options: AppenderOptions = {},
): Appender {
  const { maxQueuedEvents = MAX_QUEUED_EVENTS, maxQueuedBytes = MAX_QUEUED_BYTES, onStored } = options;
  let queue: Waiting[] = [];
  let running: Promise<void> | undefined;
  let events = 0;
  let bytes = 0;

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const group = takeGroup(queue);
      queue = queue.slice(group.length);
      const next = performance.now() + MIN_INTERVAL_MS;
      await commit(group);
      const restMs = next - performance.now();
      if (group.length > 1 && restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
    }
    running = undefined;
  }

  /** Makes room in the queue, before its caller hears of the end and may come with more. */
  function release(one: Waiting): Waiting {
    events -= one.events;
    bytes -= one.bytes;
    return one;
  }

  async function commit(group: readonly Waiting[]): Promise<void> {
    let results: AppendResult[];
    try {
      results = await store.appendPacked(group.map(({ packed }) => packed));
    } catch (error) {
      // One arrival may be the cause, and must not take the others with it; a full disk is nobody's.
      const isOnesFault = group.length > 1 && !(error instanceof StoreUnavailable);
      if (isOnesFault) for (const one of group) await commit([one]);
      else for (const one of group) release(one).reject(error);
      return;
    }
    let next = 0;
    for (const one of group) {
      next += one.results;
      release(one).resolve(results.slice(next - one.results, next));
    }
    notify(group);
  }

  function notify(group: readonly Waiting[]): void {
    const dueAt = new Map<string, number>();
    for (const one of group) for (const [destination, at] of one.dueAt) keepEarliest(dueAt, destination, at);
    if (dueAt.size > 0) onStored?.(dueAt);
  }

  return {
    append(arrivals) {
      const size = measure(arrivals);
      const isFull = events + size.events > maxQueuedEvents || bytes + size.bytes > maxQueuedBytes;
      // Into an empty queue anything fits: whatever is larger than the queue could never be stored.
      if (isFull && events > 0) return Promise.resolve('busy');
      return new Promise((resolve, reject) => {
        queue.push({ packed: store.pack(arrivals), ...size, resolve, reject });
        events += size.events;
        bytes += size.bytes;
        running ??= run();
      });
    },
    fill: () => Math.max(events / maxQueuedEvents, bytes / maxQueuedBytes),
    drain: () => running ?? Promise.resolve(),
  };
}

/**
 * As many as came, but nothing after a withdrawal: the store applies one to the whole call, and
 * the visitor may have consented again in the next request.
 */
function takeGroup(queue: readonly Waiting[]): Waiting[] {
  const withdrawal = queue.findIndex(({ withdraws }) => withdraws);
  return queue.slice(0, withdrawal === -1 ? queue.length : withdrawal + 1);
}

/** What carries no event, such as a report, counts as one: it is a row too. */
function measure({ events, withdrawals }: Arrivals): Omit<Waiting, 'packed' | 'resolve' | 'reject'> {
  let bytes = 0;
  const dueAt = new Map<string, number>();
  for (const { wire, route } of events) {
    bytes += wire.length;
    if (!('skipped' in route)) keepEarliest(dueAt, route.destination, route.dueAt);
  }
  const withdraws = withdrawals.length > 0;
  return { results: events.length, events: Math.max(1, events.length), bytes, withdraws, dueAt };
}

function keepEarliest(dueAt: Map<string, number>, destination: string, at: number): void {
  if (at < (dueAt.get(destination) ?? Number.POSITIVE_INFINITY)) dueAt.set(destination, at);
}
