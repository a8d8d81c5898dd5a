import type { Config, Site } from '../config/config.ts';
import { isKnownSite } from '../store/known-site.ts';
import type { Store } from '../store/port.ts';
import { EXIT, fail } from './exit.ts';

/** The site that a command is about; ends the command where the id is missing or wrong. */
export function findSite({ sites, rootSite }: Config, id = rootSite): Site | undefined {
  const site = sites.find((one) => one.id === id);
  if (!site) fail(`Name the site with --site: ${sites.map((one) => one.id).join(', ')}.`, EXIT.wrongUse);
  return site;
}

/** False, and the end of the command, where `--site` names no site at all. */
export async function knowsSite(store: Store, { sites }: Config, id: string | undefined): Promise<boolean> {
  if (id === undefined || (await isKnownSite(id, sites, store))) return true;
  fail(`There is no site of this name: ${sites.map((site) => site.id).join(', ')}.`, EXIT.wrongUse);
  return false;
}
