import type { Store } from './port.ts';

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
