import type { AppendResult, Arrivals, Packed, Store } from './port.ts';
import { StoreUnavailable } from './unavailable.ts';

/**
 * What may wait for the disk, the commit under way included: some 200 ms of a disk that does 50,000
 * events/s. More waiting would only delay the moment when clients are asked to come again.
 */
const MAX_QUEUED_EVENTS = 10_000;

/** The same in memory (bytes of wire). */
const MAX_QUEUED_BYTES = 16 * 1024 * 1024;

/**
 * Events that may be refused in a row before one is stored. Such events are rare; a database that takes none of so
 * many (a trigger gone wrong, numbers that are given twice after a failover) refuses all, and rejected they were lost.
 */
const MAX_REFUSED_IN_A_ROW = 20;

export interface AppenderOptions {
  maxQueuedEvents?: number;
  maxQueuedBytes?: number;
  /** The store refused an event; its neighbours are stored. Must not throw. */
  onRefused?(error: unknown): void;
  /** Called after each commit with the destinations that got work, and when the first of it is due (ms). Must not throw. */
  onStored?(dueAt: ReadonlyMap<string, number>): void;
}

/** `refused`: the store would never take this event, and has not. */
export type Appended = AppendResult | 'refused';

export interface AppendOptions {
  /** All of the events or none: where one is refused, all are. Default: each by itself. */
  isAtomic?: boolean;
}

export interface Appender {
  /**
   * Resolves when the arrivals are on disk, or at once with 'busy' when too much waits; nothing was
   * taken then. Rejects when the store can take nothing now, or refuses every event or what came beside them.
   */
  append(arrivals: Arrivals, options?: AppendOptions): Promise<Appended[] | 'busy'>;
  /** How full the queue is: at 1 the next arrivals are refused. */
  fill(): number;
  /** Resolves when everything taken so far is stored or refused. */
  drain(): Promise<void>;
}

interface Waiting {
  packed: Packed;
  /** How many results are its own: one for each event. */
  results: number;
  /** What it takes of the queue's room. */
  events: number;
  bytes: number;
  withdraws: boolean;
  isAtomic: boolean;
  /** See `onStored`. */
  dueAt: ReadonlyMap<string, number>;
  resolve(results: Appended[]): void;
  reject(error: unknown): void;
}

/**
 * Where many wait, commits begin at least this far apart, ms. A commit costs some 0.3 ms of CPU however
 * small it is, in both threads: 16 events took 22 µs each in SQLite and 320 took 8. A disk that syncs
 * quickly would make groups of a few events, and each of them would cost more than all the rest that is
 * done with it. At 5 ms commits take a sixteenth of a core at most. Who waits alone is never made to wait.
 */
const MIN_INTERVAL_MS = 5;

/**
 * As long as each turn of the event loop brings more, the next commit waits for it, up to so long after the one
 * before, ms: this thread has other work to do meanwhile, and it is then that CPU is short.
 */
const MAX_INTERVAL_MS = 10;

/** What the appender needs of a store. */
export type AppenderStore = Pick<Store, 'pack' | 'slice' | 'appendPacked'>;

/** Group commit: whatever arrives while one commit is under way goes into the next one. */
export function createAppender(store: AppenderStore, options: AppenderOptions = {}): Appender {
  const {
    maxQueuedEvents = MAX_QUEUED_EVENTS,
    maxQueuedBytes = MAX_QUEUED_BYTES,
    onRefused,
    onStored,
  } = options;
  let queue: Waiting[] = [];
  let running: Promise<void> | undefined;
  let events = 0;
  let bytes = 0;
  let refusedInARow = 0;

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const group = takeGroup(queue);
      queue = queue.slice(group.length);
      const began = performance.now();
      await commit(group);
      if (group.length > 1 && !isClosed(queue)) await gather(began);
    }
    running = undefined;
  }

  /** Until the next commit may begin. @param began when the last did, ms */
  async function gather(began: number): Promise<void> {
    const restMs = began + MIN_INTERVAL_MS - performance.now();
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
    let before = 0;
    while (events > before && performance.now() < began + MAX_INTERVAL_MS) {
      before = events;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Makes room in the queue, before its caller hears of the end and may come with more. */
  function release(one: Waiting): Waiting {
    events -= one.events;
    bytes -= one.bytes;
    return one;
  }

  async function commit(group: readonly Waiting[]): Promise<void> {
    let results: Appended[];
    try {
      results = await appendAll(group.map(({ packed }) => packed));
    } catch (error) {
      // A full disk is nobody's fault. Otherwise one event may be to blame, which must not take others with it.
      if (error instanceof StoreUnavailable) for (const one of group) release(one).reject(error);
      else if (group.length === 1) await commitParts(group[0]!, error);
      else {
        const middle = group.length >> 1;
        await commit(group.slice(0, middle));
        const rest = group.slice(middle);
        // Were each of thousands tried alone, their senders would give up before they hear of it.
        if (refusesAll()) for (const one of rest) release(one).reject(everyEventRefused(error));
        else await commit(rest);
      }
      return;
    }
    let next = 0;
    for (const one of group) {
      next += one.results;
      release(one).resolve(results.slice(next - one.results, next));
    }
    notify(group);
  }

  /** Stores what can be of arrivals that were refused as a whole. */
  async function commitParts(one: Waiting, refusal: unknown): Promise<void> {
    try {
      const results = await takeApart(one, refusal);
      release(one).resolve(results);
      notify([one]);
    } catch (error) {
      release(one).reject(error);
    }
  }

  async function takeApart({ packed, results, isAtomic }: Waiting, refusal: unknown): Promise<Appended[]> {
    if (isAtomic && results > 1) {
      blameEvent(refusal);
      return new Array<Appended>(results).fill('refused');
    }
    // First what came beside the events: where that is to blame, none of them is.
    await appendAll([store.slice(packed, 0, 0)]);
    return results === 0 ? [] : storeRange(packed, 0, results);
  }

  async function storeRange(packed: Packed, from: number, to: number): Promise<Appended[]> {
    try {
      return await appendAll([store.slice(packed, from, to)]);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      if (to - from === 1) {
        blameEvent(error);
        return ['refused'];
      }
      const middle = (from + to) >> 1;
      const before = await storeRange(packed, from, middle);
      return [...before, ...(await storeRange(packed, middle, to))];
    }
  }

  async function appendAll(group: readonly Packed[]): Promise<AppendResult[]> {
    const results = await store.appendPacked(group);
    if (results.includes('stored')) refusedInARow = 0;
    return results;
  }

  function refusesAll(): boolean {
    return refusedInARow > MAX_REFUSED_IN_A_ROW;
  }

  /** @throws {StoreUnavailable} where the database refuses all: no event is to blame, and each may come again */
  function blameEvent(refusal: unknown): void {
    refusedInARow += 1;
    if (refusesAll()) throw everyEventRefused(refusal);
    onRefused?.(refusal);
  }

  function notify(group: readonly Waiting[]): void {
    const dueAt = new Map<string, number>();
    for (const one of group) for (const [destination, at] of one.dueAt) keepEarliest(dueAt, destination, at);
    if (dueAt.size > 0) onStored?.(dueAt);
  }

  return {
    append(arrivals, { isAtomic = false } = {}) {
      const size = measure(arrivals);
      const isFull = events + size.events > maxQueuedEvents || bytes + size.bytes > maxQueuedBytes;
      // Into an empty queue anything fits: whatever is larger than the queue could never be stored.
      if (isFull && events > 0) return Promise.resolve('busy');
      return new Promise((resolve, reject) => {
        queue.push({ packed: store.pack(arrivals), ...size, isAtomic, resolve, reject });
        events += size.events;
        bytes += size.bytes;
        running ??= run();
      });
    },
    fill: () => Math.max(events / maxQueuedEvents, bytes / maxQueuedBytes),
    drain: () => running ?? Promise.resolve(),
  };
}

function everyEventRefused(refusal: unknown): StoreUnavailable {
  return new StoreUnavailable(`the database refuses every event: ${(refusal as Error).message}`);
}

/**
 * As many as came, but nothing after a withdrawal: the store applies one to the whole call, and
 * the visitor may have consented again in the next request.
 */
function takeGroup(queue: readonly Waiting[]): Waiting[] {
  const withdrawal = queue.findIndex(({ withdraws }) => withdraws);
  return queue.slice(0, withdrawal === -1 ? queue.length : withdrawal + 1);
}

/** What comes from now on gets into a later group: there is nothing to wait for. */
function isClosed(queue: readonly Waiting[]): boolean {
  return queue.some(({ withdraws }) => withdraws);
}

/** What carries no event, such as a report, counts as one: it is a row too. */
function measure({
  events,
  withdrawals,
}: Arrivals): Omit<Waiting, 'packed' | 'isAtomic' | 'resolve' | 'reject'> {
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
