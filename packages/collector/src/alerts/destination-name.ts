/** `uet-capi:12345678` as a person would say it. What is unknown stays as it is. */
export function destinationName(destination: string): string {
  const colon = destination.indexOf(':');
  const owner = destination.slice(colon + 1);
  switch (destination.slice(0, colon)) {
    case 'uet-capi':
      return `UET tag ${owner}`;
    case 'offline':
      return `the offline conversions of ${owner}`;
    case 'offline-adjustments':
    case 'offline-online-adjustments':
      return `the corrections of ${owner}`;
    default:
      return destination;
  }
}
