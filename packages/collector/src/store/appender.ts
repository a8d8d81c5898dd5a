import { setTimeout as sleep } from 'node:timers/promises';
import type { AppendResult, Arrivals, Store } from './port.ts';
import { StoreUnavailable } from './unavailable.ts';

/**
 * What may wait for the disk, the commit under way included: some 200 ms of a disk that does 50,000
 * events/s. More waiting would only delay the moment when clients are asked to come again.
 */
export const MAX_QUEUED_EVENTS = 10_000;

/** The same in memory (bytes of wire). */
export const MAX_QUEUED_BYTES = 16 * 1024 * 1024;

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
  arrivals: Arrivals;
  events: number;
  bytes: number;
  resolve(results: AppendResult[]): void;
  reject(error: unknown): void;
}

/**
 * Where many wait, commits begin at least this far apart, ms. A commit costs some 0.3 ms of CPU however
 * small it is: a disk that syncs faster than that would make groups of a few events, and each of them
 * would cost more than all the rest that is done with it. Who waits alone is never made to wait.
 */
const MIN_INTERVAL_MS = 2;

/** Group commit: whatever arrives while one commit is under way goes into the next one. */
export function createAppender(store: Pick<Store, 'append'>, options: AppenderOptions = {}): Appender {
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
      if (group.length > 1 && restMs > 0) await sleep(restMs);
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
      results = await store.append(merge(group));
    } catch (error) {
      // One arrival may be the cause, and must not take the others with it; a full disk is nobody's.
      const isOnesFault = group.length > 1 && !(error instanceof StoreUnavailable);
      if (isOnesFault) for (const one of group) await commit([one]);
      else for (const one of group) release(one).reject(error);
      return;
    }
    let next = 0;
    for (const one of group) {
      next += one.arrivals.events.length;
      release(one).resolve(results.slice(next - one.arrivals.events.length, next));
    }
    notify(group);
  }

  function notify(group: readonly Waiting[]): void {
    const dueAt = new Map<string, number>();
    for (const { route } of group.flatMap((one) => one.arrivals.events)) {
      if ('skipped' in route) continue;
      dueAt.set(route.destination, Math.min(route.dueAt, dueAt.get(route.destination) ?? route.dueAt));
    }
    if (dueAt.size > 0) onStored?.(dueAt);
  }

  return {
    append(arrivals) {
      const size = measure(arrivals);
      const isFull = events + size.events > maxQueuedEvents || bytes + size.bytes > maxQueuedBytes;
      // Into an empty queue anything fits: whatever is larger than the queue could never be stored.
      if (isFull && events > 0) return Promise.resolve('busy');
      events += size.events;
      bytes += size.bytes;
      return new Promise((resolve, reject) => {
        queue.push({ arrivals, ...size, resolve, reject });
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
  const withdrawal = queue.findIndex((one) => one.arrivals.withdrawals.length > 0);
  return queue.slice(0, withdrawal === -1 ? queue.length : withdrawal + 1);
}

function merge(group: readonly Waiting[]): Arrivals {
  const all = group.map((one) => one.arrivals);
  if (all.length === 1) return all[0]!;
  return {
    now: Math.max(...all.map(({ now }) => now)),
    events: all.flatMap((one) => one.events),
    tagPageLoads: all.flatMap((one) => one.tagPageLoads),
    memories: all.flatMap((one) => one.memories),
    withdrawals: all.flatMap((one) => one.withdrawals),
  };
}

/** What carries no event, such as a report, counts as one: it is a row too. */
function measure({ events }: Arrivals): { events: number; bytes: number } {
  let bytes = 0;
  for (const { wire } of events) bytes += wire.length;
  return { events: Math.max(1, events.length), bytes };
}
