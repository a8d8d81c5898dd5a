import type { CapiEvent } from '@uet-capi/protocol';
import type { Site } from '../config/config.ts';
import { liveDestination, testDestination } from '../destination-id.ts';
import type { Route, Source } from '../store/port.ts';
import { hostOf, matchesHost } from './host-pattern.ts';
import { SKIP_REASONS } from './skip-reasons.ts';

/**
 * Where an event goes and when.
 *
 * @param belongsToPage a page load, or the revenue event that was split off one
 * @param bot why it is taken for a program's, where it is
 */
export function routeOf(
  event: CapiEvent,
  belongsToPage: boolean,
  source: Source,
  site: Site,
  now: number,
  bot?: string,
): Route {
  const mode = modeOf(event, site);
  if (mode === 'shadow') return { skipped: SKIP_REASONS.shadow_mode };
  if (mode === 'test' && !site.testEndpoint) return { skipped: SKIP_REASONS.test_event };
  if (bot !== undefined && site.bots === 'skip') return { skipped: `${SKIP_REASONS.bot}: ${bot}` };
  const destination = mode === 'test' ? testDestination(site.tagId) : liveDestination(site.tagId);

  if (!belongsToPage || source !== 'pixel') return { destination, dueAt: now, held: false };
  if (site.pageLoads === 'never') return { skipped: SKIP_REASONS.page_loads_never };
  const held = site.pageLoads === 'auto' && site.uet !== 'off';
  return { destination, dueAt: held ? now + site.holdMs : now, held };
}

function modeOf(event: CapiEvent, site: Site): Site['mode'] {
  // Parsing an address costs as much as all the rest of the route.
  if (site.testHosts.length === 0) return site.mode;
  const host = hostOf(event.eventSourceUrl);
  return site.testHosts.some((pattern) => matchesHost(host, pattern)) ? 'test' : site.mode;
}
