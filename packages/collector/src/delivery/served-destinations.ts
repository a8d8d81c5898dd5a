import { isDeepStrictEqual } from 'node:util';
import type { Destination } from '../destinations/destination.ts';
import type { DestinationPlan } from '../destinations/of-config.ts';
import type { Dispatcher } from './dispatcher.ts';

export interface ServedDestinations {
  /**
   * Delivers to these from now on, and to no others. What is planned as before is not touched; what is left
   * out lets what is under way end.
   */
  serve(plans: readonly DestinationPlan[]): void;
  /** To be called when the dispatcher has stopped. */
  close(): Promise<void>;
}

/** The destinations of a config that can change, with one loop for each. */
export function createServedDestinations(dispatcher: Pick<Dispatcher, 'add' | 'remove'>): ServedDestinations {
  const served = new Map<string, { plan: DestinationPlan; destination: Destination }>();
  const closing = new Set<Promise<void>>();

  function remove(id: string, destination: Destination): void {
    served.delete(id);
    const closed = dispatcher
      .remove(id)
      .then(() => destination.close())
      .then(() => void closing.delete(closed));
    closing.add(closed);
  }

  return {
    serve(plans) {
      const isAsPlanned = ({ id, from }: DestinationPlan) =>
        plans.some((plan) => plan.id === id && isDeepStrictEqual(plan.from, from));
      for (const [id, { plan, destination }] of served) if (!isAsPlanned(plan)) remove(id, destination);
      for (const plan of plans) {
        if (served.has(plan.id)) continue;
        const destination = plan.create();
        served.set(plan.id, { plan, destination });
        dispatcher.add(destination);
      }
    },
    async close() {
      await Promise.all([...closing, ...[...served.values()].map(({ destination }) => destination.close())]);
    },
  };
}
