import type { Site } from '../config/config.ts';

/** Of sites that the settings do not name any more. */
const PURCHASES = ['purchase'];

/** What a site calls a purchase: the events whose id is their transaction. */
export function purchaseNamesOf(
  sites: readonly Pick<Site, 'id' | 'idFromTransaction'>[],
): (site: string) => readonly string[] {
  const names = new Map(sites.map(({ id, idFromTransaction }) => [id, idFromTransaction]));
  return (site) => names.get(site) ?? PURCHASES;
}
