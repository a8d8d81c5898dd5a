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

/** A queue of offline conversions or adjustments: what is in it may wait for hours or days by its own rules. */
export function isUpload(destination: string): boolean {
  return destination.startsWith('offline');
}
