import { setTimeout as delay } from 'node:timers/promises';
import type { EventView, Store } from '../store/port.ts';

/** How often is looked what became of the event, ms. */
const LOOK_MS = 100;

export interface FollowOptions {
  store: Pick<Store, 'find'>;
  eventId: string;
  /** Gives up then; whatever becomes of the event later. */
  signal: AbortSignal;
  /** Told of the event at first, and whenever its state, its tries or its reason have changed. */
  onChange(event: EventView): void;
}

/** Waits until an event has got its final state. @returns the event as it was seen last */
export async function followEvent({
  store,
  eventId,
  signal,
  onChange,
}: FollowOptions): Promise<EventView | undefined> {
  let seen = '';
  for (;;) {
    const [event] = await store.find({ eventId, limit: 1 });
    if (!event) return undefined;
    const { state, attempts, code } = event;
    const now = [state, attempts, code].join(' ');
    if (now !== seen) onChange(event);
    seen = now;
    if (event.endedAt !== undefined || signal.aborted) return event;
    // Aborted while it waits: looked at once more.
    await delay(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}
