/**
 * A destination is known by its id alone, the name of its queue in the store: who fills it, who empties it
 * and who speaks of it meet here.
 */

/** A tag's events for Microsoft. */
export function liveDestination(tagId: string): string {
  return `uet-capi:${tagId}`;
}

/** A tag's test events for a sandbox. */
export function testDestination(tagId: string): string {
  return `uet-capi-test:${tagId}`;
}

/** What a site uploads to its account of Microsoft Advertising, each in an order of its own. */
export const UPLOADS = ['conversions', 'adjustments', 'online-adjustments'] as const;

export type Upload = (typeof UPLOADS)[number];

export function uploadDestination(upload: Upload, siteId: string): string {
  return upload === 'conversions' ? `offline:${siteId}` : `offline-${upload}:${siteId}`;
}

export function isTest(destination: string): boolean {
  return destination.startsWith(testDestination(''));
}

/** Offline conversions or adjustments: what is in it may wait for hours or days by its own rules. */
export function isUpload(destination: string): boolean {
  return destination.startsWith('offline');
}

/** `uet-capi:12345678` as a person would say it: `UET tag 12345678`. What is unknown stays as it is. */
export function destinationName(destination: string): string {
  const colon = destination.indexOf(':');
  const owner = destination.slice(colon + 1);
  switch (destination.slice(0, colon)) {
    case 'uet-capi':
      return `UET tag ${owner}`;
    case 'offline':
      return `offline conversions of ${owner}`;
    case 'offline-adjustments':
      return `adjustments of offline conversions of ${owner}`;
    case 'offline-online-adjustments':
      return `adjustments of online conversions of ${owner}`;
    default:
      return destination || 'nowhere';
  }
}
