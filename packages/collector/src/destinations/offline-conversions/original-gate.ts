import { liveDestination } from '../../destination-id.ts';
import { originalIn, type StoredAdjustment } from '../../pipeline/offline/adjustment-item.ts';
import { offlineTag } from '../../pipeline/offline/goal-events.ts';
import { ORIGINAL_WAITS } from '../../store/own-reasons.ts';
import type { EventView, Store } from '../../store/port.ts';
import type { EventResult } from '../destination.ts';
import type { Gate } from './gate.ts';

interface Ripening {
  store: Pick<Store, 'find'>;
  /** How long after Microsoft accepted a conversion it can be corrected, ms. */
  adjustAfterMs: number;
  /** ms since 1970. */
  now: () => number;
}

export interface OriginalGateOptions extends Ripening {
  siteId: string;
}

export interface OrderGateOptions extends Ripening {
  tagId: string;
}

/** An original that still waits is looked at again after this time, ms. */
const LOOK_AGAIN_MS = 20 * 60_000;

/** Several events may have the id of one order, each under its own name. */
const MAX_EVENTS = 100;

/** Lets a correction out only when its original was accepted, and has had time to be processed. */
export function originalGate({ siteId, ...ripening }: OriginalGateOptions): Gate {
  return {
    async look(wire) {
      const { of, item } = JSON.parse(wire) as StoredAdjustment;
      const original = await originalIn(ripening.store, offlineTag(siteId), item.ConversionName, of);
      if (original && isComing(original)) return ripenessOf(original, ripening);
      const message = `Its original is ${original ? original.state : 'not known any more'}: there is nothing to correct.`;
      return { state: 'rejected', code: 'OriginalNotAccepted', message };
    },
    itemOf: (wire) => JSON.stringify((JSON.parse(wire) as StoredAdjustment).item),
  };
}

/**
 * The same for orders that the UET tag and the Conversions API count. What did not go this way, or failed, may have gone
 * by the tag: nothing is known of it to wait for.
 */
export function orderGate({ tagId, ...ripening }: OrderGateOptions): Gate {
  return {
    async look(wire) {
      const { TransactionId: eventId } = JSON.parse(wire) as { TransactionId: string };
      const found = await ripening.store.find({ eventId, limit: MAX_EVENTS });
      const orders = found.filter((event) => event.destination === liveDestination(tagId) && isComing(event));
      return orders.map((order) => ripenessOf(order, ripening)).find((result) => result !== undefined);
    },
    itemOf: (wire) => wire,
  };
}

/** Microsoft has it, or is yet to be told. */
function isComing({ state }: EventView): boolean {
  return ['held', 'pending', 'leased', 'accepted'].includes(state);
}

/** Why it cannot be corrected yet. */
function ripenessOf(
  { state, endedAt = 0 }: EventView,
  { adjustAfterMs, now }: Ripening,
): EventResult | undefined {
  if (state !== 'accepted') {
    const message = 'Its original is not delivered yet.';
    return { state: 'deferred', delayMs: LOOK_AGAIN_MS, code: ORIGINAL_WAITS, message };
  }
  // One moment for all of an original: of several restatements the last one is to arrive last.
  const dueAt = endedAt + adjustAfterMs;
  const message = 'Its original was accepted a short while ago.';
  return dueAt > now() ? { state: 'deferred', dueAt, code: 'OriginalTooFresh', message } : undefined;
}
