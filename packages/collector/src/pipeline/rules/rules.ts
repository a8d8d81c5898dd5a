import type { CapiEvent } from '@uet-capi/protocol';
import type { Site } from '../../config/config.ts';
import { SKIP_REASONS } from '../skip-reasons.ts';
import { truncateIp } from '../truncate-ip.ts';
import { compileFilters } from './declared.ts';
import type { RuleFacts } from './rule.ts';
import { runFilter } from './run-filter.ts';
import { runTransform } from './run-transform.ts';

/** What the site's rules made of an event. */
export interface Ruled {
  event: CapiEvent;
  /** Why it is not delivered; the event is then the last that no rule objected to. */
  skipped: string | undefined;
  notes: string[];
}

/**
 * The rules of one site.
 *
 * @param event complete: with its id, and without identity where consent was refused
 * @param received as it came, with the visitor's whole IP address
 */
export type Rules = (event: CapiEvent, received: CapiEvent, facts: RuleFacts) => Ruled;

/** Filters of the config, then the site's filter, then its transform; the first that objects ends it. */
export function compileRules(
  site: Pick<Site, 'filters' | 'filter' | 'transform' | 'phoneCountry' | 'privacy'>,
): Rules {
  const { filter, transform, privacy } = site;
  const filters = compileFilters(site.filters);
  const withoutHousehold = privacy.truncateIp ? withTruncatedIp : (event: CapiEvent) => event;

  return (complete, received, facts) => {
    const event = withoutHousehold(complete);
    const listed = filters(received);
    const skipped =
      listed === undefined
        ? filter && runFilter(filter, event, facts)
        : `${SKIP_REASONS.filtered}: ${listed}`;
    if (skipped !== undefined || !transform) return { event, skipped, notes: [] };
    const transformed = runTransform(transform, event, facts, site);
    if ('skipped' in transformed) return { event, skipped: transformed.skipped, notes: [] };
    return { event: withoutHousehold(transformed.event), skipped: undefined, notes: transformed.notes };
  };
}

function withTruncatedIp(event: CapiEvent): CapiEvent {
  const { clientIpAddress } = event.userData;
  if (clientIpAddress === undefined) return event;
  return { ...event, userData: { ...event.userData, clientIpAddress: truncateIp(clientIpAddress) } };
}
