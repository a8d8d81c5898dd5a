import type { Principal } from '../operation.ts';

/** The sites that are asked about, as far as the principal may know of them; undefined: every site. */
export function visibleSites(
  { sites }: Principal,
  wanted: string | undefined,
): readonly string[] | undefined {
  if (wanted === undefined) return sites;
  return sites === undefined || sites.includes(wanted) ? [wanted] : [];
}
