import { PAGE_NAMES } from '@uet-capi/protocol/names';

/** Whether this name always means a page load. */
export function isPageName(name: string): boolean {
  return PAGE_NAMES.includes(name);
}

/** The name for both channels, by the site's map. */
export function mapName(name: string | undefined, map: object = {}): string | undefined {
  // Own entries only: `constructor` is a member of every map.
  const [, mapped] = Object.entries(map).find(([from]) => from === name) || [];
  return name && mapped && !isPageName(name) ? mapped : name;
}
