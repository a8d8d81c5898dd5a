import { z } from 'zod';
import type { EventFilter } from '../../store/reading.ts';
import type { Principal } from '../operation.ts';
import { sourceSchema, stateSchema } from './event-schemas.ts';
import { visibleSites } from './visible-sites.ts';

const time = z.coerce.number().int().nonnegative();

/** What the list of events and the stream of its changes can be narrowed to. */
export const eventFilterShape = {
  site: z.string().optional().describe('Default: every site.'),
  name: z.string().optional().describe('The whole name; empty for page loads.'),
  state: z
    .union([stateSchema, z.array(stateSchema)])
    .optional()
    .describe('Can be repeated.'),
  destination: z.string().optional().describe('Empty: events that were never meant for one.'),
  source: sourceSchema.optional(),
  id: z.string().optional().describe('The whole event id.'),
  since: time.optional().describe('Received at or after.'),
  until: time.optional().describe('Received before.'),
};

const eventFilterSchema = z.object(eventFilterShape);

/** The filter as far as the principal may know of events. */
export function filterFor(
  principal: Principal,
  { site, state, ...rest }: z.output<typeof eventFilterSchema>,
): EventFilter {
  const sites = visibleSites(principal, site);
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given),
    ...(state !== undefined && { states: [state].flat() }),
    ...(sites !== undefined && { sites }),
  };
}
