/**
 * The Microsoft click id (`msclkid`). URLs and cookies carry 32 hex digits, the UET tag's cookie
 * and beacons add a prefix and suffixes, the Conversions API documents a dashed UUID.
 */

/** Optional `_uet` of the cookie; the id with all its dashes or none; `-0`, `-1`, `N` of the beacon. */
const CLICK_ID = /^(?:_uet)?([0-9a-f]{8}(-?)(?:[0-9a-f]{4}\2){3}[0-9a-f]{12})(?:-[01])?N?$/i;

/** 32 hex digits as a UUID. */
export function dashed(hex: string): string {
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * A click id in the form that the Conversions API documents: a dashed lower-case UUID. Undefined
 * for anything that is no click id.
 *
 * @example cleanClickId('_uet292049A17E2413E3A4081719E839AFE6-1N') // '292049a1-7e24-13e3-a408-1719e839afe6'
 */
export function cleanClickId(raw: string): string | undefined {
  const [, id] = CLICK_ID.exec(raw) || [];
  return id && dashed(id.replace(/-/g, '').toLowerCase());
}

/** A click id as addresses carry it, without prefix and suffix; what is none stays as it is. */
export function bareClickId(raw: string): string {
  return CLICK_ID.exec(raw)?.[1] ?? raw;
}
