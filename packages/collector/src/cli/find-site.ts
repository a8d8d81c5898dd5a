import type { Config, Site } from '../config/config.ts';
import type { Store } from '../store/port.ts';
import { EXIT, fail } from './exit.ts';

/** The site that a command is about; ends the command where the id is missing or wrong. */
export function findSite({ sites, rootSite }: Config, id = rootSite): Site | undefined {
  const site = sites.find((one) => one.id === id);
  if (!site) fail(`Name the site with --site: ${sites.map((one) => one.id).join(', ')}.`, EXIT.wrongUse);
  return site;
}

/**
 * Whether there is anything that `--site` can mean: a site of the settings, or a former one of which something was
 * received. Ends the command where not: nothing found under a misspelt name must not look like nothing stored.
 */
export async function knowsSite(store: Store, { sites }: Config, id: string | undefined): Promise<boolean> {
  if (id === undefined || sites.some((site) => site.id === id)) return true;
  const { received } = await store.stats();
  if (received.some(({ site }) => site === id)) return true;
  fail(`There is no site of this name: ${sites.map((site) => site.id).join(', ')}.`, EXIT.wrongUse);
  return false;
}
