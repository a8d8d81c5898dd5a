import type { Config, Site } from '../config/config.ts';
import { isKnownSite, isKnownSiteOf } from '../store/known-site.ts';
import type { People, Store } from '../store/port.ts';
import { EXIT, fail } from './exit.ts';

/** The site that a command is about; ends the command where the id is missing or wrong. */
export function findSite({ sites, rootSite }: Config, id = rootSite): Site | undefined {
  const site = sites.find((one) => one.id === id);
  if (!site) fail(`Name the site with --site: ${sites.map((one) => one.id).join(', ')}.`, EXIT.wrongUse);
  return site;
}

/** False, and the end of the command, where `--site` names no site at all. */
export async function knowsSite(store: Store, { sites }: Config, id: string | undefined): Promise<boolean> {
  return id === undefined || (await isKnownSite(id, sites, store)) || failOnSite(sites);
}

/** The same for a command about somebody. */
export async function knowsSiteOf(store: Store, { sites }: Config, people: People): Promise<boolean> {
  return (await isKnownSiteOf(people, sites, store)) || failOnSite(sites);
}

function failOnSite(sites: readonly Site[]): false {
  fail(`There is no site of this name: ${sites.map((site) => site.id).join(', ')}.`, EXIT.wrongUse);
  return false;
}
