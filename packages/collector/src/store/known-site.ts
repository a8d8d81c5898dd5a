import type { People, Store } from './port.ts';

/**
 * Whether an id is that of a site of the settings, or of a former one of which something was received. Where nothing is
 * found under a misspelt id, it must not look like a person of whom nothing is stored.
 */
export async function isKnownSite(
  id: string,
  sites: readonly { id: string }[],
  store: Pick<Store, 'stats'>,
): Promise<boolean> {
  if (sites.some((site) => site.id === id)) return true;
  const { received } = await store.stats();
  return received.some(({ site }) => site === id);
}

/** The same where somebody is looked for there. Of a former site nothing may be left but what is remembered of people. */
export async function isKnownSiteOf(
  people: People,
  sites: readonly { id: string }[],
  store: Pick<Store, 'stats' | 'subject'>,
): Promise<boolean> {
  if (people.site === undefined || (await isKnownSite(people.site, sites, store))) return true;
  for await (const memories of store.subject(people)) return memories.length > 0;
  return false;
}
