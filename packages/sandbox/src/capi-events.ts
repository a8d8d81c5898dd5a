import type { CapiEvent } from '@uet-capi/protocol';

/** So many accepted copies are kept, newest last: about 100 MB of ordinary events. */
const MAX_COPIES = 100_000;

/** One event that the Conversions API accepted. A retry is a further copy. */
export interface AcceptedEvent {
  tagId: string;
  eventName: string | null;
  eventId: string | null;
  /** After removal of the fields that drew a warning. */
  content: CapiEvent;
  /** Ms since 1970 by the sandbox's clock. */
  receivedAt: number;
  /** Number of the request that brought it, see `RequestRecord`. */
  request: number;
}

export interface CapiEvents {
  add(event: AcceptedEvent): void;
  list(): AcceptedEvent[];
  clear(): void;
}

/** Every accepted copy in order of arrival. */
export function createCapiEvents(): CapiEvents {
  let events: AcceptedEvent[] = [];
  return {
    add(event) {
      events.push(event);
      // Cut in large steps: one splice per event would cost a copy of the list each time.
      if (events.length > MAX_COPIES * 1.1) events = events.slice(-MAX_COPIES);
    },
    list: () => [...events],
    clear() {
      events = [];
    },
  };
}
