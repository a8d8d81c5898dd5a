import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { destinationIds } from '../../destinations/of-config.ts';
import { type Store, UNTIL_RESUMED } from '../../store/port.ts';
import { type Input, notFound, type Operation, operation } from '../operation.ts';

export interface DestinationParts {
  config: Pick<Config, 'sites'>;
  store: Pick<Store, 'pause' | 'resume'>;
}

type Destination = z.output<typeof params>;

const params = z.object({ destination: z.string().describe('As events name it: `uet-capi:12345678`.') });

const answer = z.object({ destination: z.string(), paused: z.boolean() });

const REASON = 'An operator has paused it.';

/** An operator stops and starts delivery. How destinations are is in the overview. */
export function createDestinationOperations({ config, store }: DestinationParts): Operation[] {
  const known = new Set(destinationIds(config.sites));
  const common = { method: 'POST', tag: 'Destinations', needs: 'write', params, answer } as const;

  const turn =
    (paused: boolean) =>
    async ({ params: { destination }, now }: Input<Destination>) => {
      if (!known.has(destination)) return notFound('this destination');
      if (paused) await store.pause(destination, REASON, UNTIL_RESUMED, now);
      else await store.resume(destination, now);
      return { value: { destination, paused } };
    };

  return [
    operation({
      ...common,
      id: 'pauseDestination',
      path: '/destinations/{destination}/pause',
      summary: 'Sends nothing more there until it is resumed. Events are taken and wait.',
      handle: turn(true),
    }),
    operation({
      ...common,
      id: 'resumeDestination',
      path: '/destinations/{destination}/resume',
      summary: 'Sends again, whoever paused it: an operator, or a refused token, which may pause it again.',
      handle: turn(false),
    }),
  ];
}
