import { systemClock } from '../../delivery/clock.ts';
import type { EventFilter, EventSummary, Reading } from '../../store/reading.ts';
import type { LiveMessage } from '../operation.ts';

export interface FollowOptions {
  store: Pick<Reading, 'search' | 'changes'>;
  filter: EventFilter;
  /** ms. */
  now: number;
  /** Set where the stream was interrupted: the last id before that. */
  lastEventId: string | undefined;
  /** Nobody listens any more. */
  signal: AbortSignal;
}

/**
 * How often is looked, ms. An event should be seen within a second; and looking finds what other
 * processes do too.
 */
const LOOK_MS = 500;

/** A silent connection is cut by proxies, the quickest after 30 s; ms. */
const HEARTBEAT_MS = 15_000;

/** The newest so many events are followed. */
const FOLLOWED_EVENTS = 200;

/** A list that is shown beside the stream was asked for at most so long before, ms. */
const LIST_AGE_MS = 5_000;

/** Each matching event that arrives or changes, as it is then, until `signal`. */
export async function* followEvents(options: FollowOptions): AsyncGenerator<LiveMessage<EventSummary>> {
  const { store, filter, now, lastEventId, signal } = options;
  /** What was told of each, newest event first. */
  let told = new Map<number, string>();
  const { events } = await store.search({ ...filter, limit: FOLLOWED_EVENTS });
  // From the beginning: what got its number before the newest of these may be seen after it.
  let after = 0;
  for (const event of [...events].reverse()) {
    told.set(event.seq, JSON.stringify(event));
    // After an interruption all of it is told: what the page shows may be as old as that.
    const isNews =
      lastEventId !== undefined || Math.max(event.receivedAt, event.endedAt ?? 0) > now - LIST_AGE_MS;
    if (isNews) yield { value: event };
  }
  // So that a browser that comes again says so, also where nothing was told.
  yield { id: String(events[0]?.seq ?? 0) };

  let silentMs = 0;
  while (!signal.aborted) {
    await systemClock.sleep(LOOK_MS, signal);
    if (signal.aborted) return;
    silentMs += LOOK_MS;
    const shown = [...told.keys()];
    const changes = await store.changes({ ...filter, after, shown, limit: FOLLOWED_EVENTS });
    after = changes.next;
    const current = [...changes.added, ...changes.shown];
    for (const event of current.reverse()) {
      const text = JSON.stringify(event);
      if (told.get(event.seq) === text) continue;
      told.set(event.seq, text);
      silentMs = 0;
      yield { id: String(after), value: event };
    }
    told = newest(told);
    if (silentMs >= HEARTBEAT_MS) {
      silentMs = 0;
      yield {};
    }
  }
}

function newest(told: ReadonlyMap<number, string>): Map<number, string> {
  return new Map([...told].sort(([one], [other]) => other - one).slice(0, FOLLOWED_EVENTS));
}
