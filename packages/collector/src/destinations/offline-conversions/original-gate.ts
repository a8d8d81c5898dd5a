import { originalIn, type StoredAdjustment } from '../../pipeline/offline/adjustment-item.ts';
import { offlineTag } from '../../pipeline/offline/goal-events.ts';
import { ORIGINAL_WAITS } from '../../store/own-reasons.ts';
import type { Store } from '../../store/port.ts';
import type { Gate } from './gate.ts';

export interface OriginalGateOptions {
  store: Pick<Store, 'find'>;
  siteId: string;
  /** How long after Microsoft accepted a conversion it can be corrected, ms. */
  adjustAfterMs: number;
  /** ms since 1970. */
  now: () => number;
}

/** An original that still waits is looked at again after this time, ms. */
const LOOK_AGAIN_MS = 20 * 60_000;

/** Lets a correction out only when its original was accepted, and has had time to be processed. */
export function originalGate({ store, siteId, adjustAfterMs, now }: OriginalGateOptions): Gate {
  return {
    async look(wire) {
      const { of, item } = JSON.parse(wire) as StoredAdjustment;
      const original = await originalIn(store, offlineTag(siteId), item.ConversionName, of);
      switch (original?.state) {
        case 'accepted': {
          const delayMs = (original.endedAt ?? 0) + adjustAfterMs - now();
          return delayMs > 0
            ? {
                state: 'deferred',
                delayMs,
                code: 'OriginalTooFresh',
                message: 'Its original was accepted a short while ago.',
              }
            : undefined;
        }
        case 'held':
        case 'pending':
        case 'leased': {
          const message = 'Its original is not delivered yet.';
          return { state: 'deferred', delayMs: LOOK_AGAIN_MS, code: ORIGINAL_WAITS, message };
        }
        default: {
          const message = `Its original is ${original ? original.state : 'not known any more'}: there is nothing to correct.`;
          return { state: 'rejected', code: 'OriginalNotAccepted', message };
        }
      }
    },
    itemOf: (wire) => JSON.stringify((JSON.parse(wire) as StoredAdjustment).item),
  };
}
