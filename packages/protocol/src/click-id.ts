/**
 * The Microsoft click id (`msclkid`). URLs and cookies carry 32 hex digits, the UET tag's cookie
 * and beacons add a prefix and suffixes, the Conversions API documents a dashed UUID.
 */

/** Optional `_uet` of the cookie; the id with all its dashes or none; `-0`, `-1`, `N` of the beacon. */
const CLICK_ID =
  /^(?:_uet)?([0-9a-f]{8})(-?)([0-9a-f]{4})\2([0-9a-f]{4})\2([0-9a-f]{4})\2([0-9a-f]{12})(?:-[01])?N?$/i;

/**
 * A click id in the form that the Conversions API documents: a dashed lower-case UUID. Undefined
 * for anything that is no click id.
 *
 * @example cleanClickId('_uet292049A17E2413E3A4081719E839AFE6-1N') // '292049a1-7e24-13e3-a408-1719e839afe6'
 */
export function cleanClickId(raw: string): string | undefined {
  const m = CLICK_ID.exec(raw);
  return m ? `${m[1]}-${m[3]}-${m[4]}-${m[5]}-${m[6]}`.toLowerCase() : undefined;
}
