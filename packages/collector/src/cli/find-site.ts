import type { Config, Site } from '../config/config.ts';
import { EXIT, fail } from './exit.ts';

/** The site that a command is about; ends the command where the id is missing or wrong. */
export function findSite({ sites, rootSite }: Config, id = rootSite): Site | undefined {
  const site = sites.find((one) => one.id === id);
  if (!site) fail(`Name the site with --site: ${sites.map((one) => one.id).join(', ')}.`, EXIT.wrongUse);
  return site;
}
