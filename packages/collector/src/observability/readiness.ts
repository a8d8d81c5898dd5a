import type { Log } from '../log.ts';

/** Why requests should go elsewhere. */
export const UNREADY_REASONS = ['stopping', 'store_failing', 'disk_filling', 'queue_filling'] as const;

export type Unready = (typeof UNREADY_REASONS)[number];

/** What readiness is decided from. */
export interface Signals {
  stopping: boolean;
  /** The store failed, not long ago, or is being started again. */
  storeFailing: boolean;
  /** The disk has less room left than the setting `minFreeBytes`. */
  diskFilling: boolean;
  /** How full the queue in front of the disk is: 1 is full. */
  queueFill: number;
}

/**
 * From here on a load balancer should send elsewhere. It asks every few seconds, and what is left of
 * the queue has to last until it has noticed.
 */
const QUEUE_FILLING = 0.8;

/** Every reason why this process is not ready; without any it is. The only place that decides it. */
export function unreadyReasons({ stopping, storeFailing, diskFilling, queueFill }: Signals): Unready[] {
  const holds: Record<Unready, boolean> = {
    stopping,
    store_failing: storeFailing,
    disk_filling: diskFilling,
    queue_filling: queueFill >= QUEUE_FILLING,
  };
  return UNREADY_REASONS.filter((reason) => holds[reason]);
}

/**
 * The same with a line in the log at every change. It changes nothing by itself: somebody has to ask,
 * as probes and scrapes do.
 */
export function createReadiness(signals: () => Signals, log: Log): () => Unready[] {
  let before = '';
  return () => {
    const reasons = unreadyReasons(signals());
    const now = reasons.join();
    if (now !== before) {
      if (reasons.length > 0) log.warn({ reasons }, 'not ready: requests should go elsewhere');
      else log.info({}, 'ready again');
    }
    before = now;
    return reasons;
  };
}
