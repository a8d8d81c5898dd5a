/**
 * Finds the invalid events of a batch when refusals do not name them, with few requests.
 *
 * A request is atomic: it is taken as a whole or refused as a whole. So each answer is a group test,
 * and the rule is binary search with a group size that follows what was found (the doubling strategy of
 * adaptive group testing):
 *
 *   pool      nothing is known. The next `size` of it are sent. Taken: `size` doubles. Refused: they
 *             become the suspects, and `size` is half of them, as the next invalid one may be as near.
 *   suspects  hold an invalid event. Their first half is sent. Taken: the other half holds it and is
 *             not sent as a whole. Refused: the half becomes the suspects, and the other half, of which
 *             nothing is known any more, goes back to the pool, where one request may clear many halves.
 *
 * An event is blamed only by the answer to a request that held it alone, which has its own message.
 * One invalid event in 1,000 costs at most 14 requests, where halving both sides costs up to 21.
 */
export interface Search<Event> {
  /** What to send next; empty when nothing is left. Asking changes nothing. */
  next(): Event[];
  /** The events of `next` were taken. */
  taken(): void;
  /** The events of `next` were refused, and those at some positions named: they are left out from now on. */
  named(isNamed: (position: number) => boolean): void;
  /** The events of `next` were refused and none named. Gives the event to blame when it was alone. */
  refused(): Event | undefined;
  /** The same when they are too large together, which says nothing about their validity. */
  tooLarge(): Event | undefined;
  /** Takes out whatever `leaves` says, at any time. */
  drop(leaves: (event: Event) => boolean): Event[];
  /** All that is still undecided, the events of `next` first. */
  left(): Event[];
}

/** @param first how many events the first request may hold */
export function createSearch<Event>(events: readonly Event[], first: number): Search<Event> {
  let pool = [...events];
  let suspects: Event[] = [];
  let size = first;
  /** Of what is known to fit into a request. */
  let largest = Math.max(events.length, 1);

  const isNarrowing = () => suspects.length > 0;
  const next = () =>
    isNarrowing() ? suspects.slice(0, Math.ceil(suspects.length / 2)) : pool.slice(0, size);

  /** Takes the events of `next` out. What is left of the suspects is given, and no longer suspected. */
  function takeNext(): { sent: Event[]; others: Event[] } {
    const sent = next();
    const others = suspects.slice(sent.length);
    if (!isNarrowing()) pool = pool.slice(sent.length);
    suspects = [];
    return { sent, others };
  }

  function single(sent: Event[], others: Event[]): Event | undefined {
    if (sent.length > 1) return undefined;
    pool = [...others, ...pool];
    return sent[0];
  }

  return {
    next,

    taken() {
      const wasNarrowing = isNarrowing();
      suspects = takeNext().others;
      if (!wasNarrowing) size = Math.min(size * 2, largest);
    },

    named(isNamed) {
      const { sent, others } = takeNext();
      pool = [...sent.filter((_, position) => !isNamed(position)), ...others, ...pool];
    },

    refused() {
      const wasNarrowing = isNarrowing();
      const { sent, others } = takeNext();
      if (!wasNarrowing) size = Math.max(Math.floor(sent.length / 2), 1);
      const alone = single(sent, others);
      if (alone !== undefined) return alone;
      suspects = sent;
      pool = [...others, ...pool];
      return undefined;
    },

    tooLarge() {
      const { sent, others } = takeNext();
      const alone = single(sent, others);
      if (alone !== undefined) return alone;
      largest = Math.ceil(sent.length / 2);
      size = Math.min(size, largest);
      pool = [...sent, ...others, ...pool];
      return undefined;
    },

    drop(leaves) {
      const dropped = [...suspects, ...pool].filter(leaves);
      if (dropped.length === 0) return dropped;
      const stays = (event: Event) => !leaves(event);
      // The invalid one may be among those who left.
      if (suspects.some(leaves)) {
        pool = [...suspects, ...pool];
        suspects = [];
      }
      pool = pool.filter(stays);
      return dropped;
    },

    left: () => [...suspects, ...pool],
  };
}
