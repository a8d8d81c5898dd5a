/**
 * The three uploads of Campaign Management. An item of each is stored as the JSON that is sent: names,
 * times and hashes are the key by which Microsoft knows a conversion again.
 */
export const OPERATIONS = {
  /** Offline conversions, by click id, time, name and hashes. */
  conversions: { operation: 'OfflineConversions/Apply', list: 'OfflineConversions' },
  /** Corrections of them, by the same key. */
  adjustments: { operation: 'OfflineConversionAdjustments/Apply', list: 'OfflineConversionAdjustments' },
  /** Corrections of what the UET tag and the Conversions API counted, by transaction id. */
  'online-adjustments': {
    operation: 'OnlineConversionAdjustments/Apply',
    list: 'OnlineConversionAdjustments',
  },
} as const;

export type Upload = keyof typeof OPERATIONS;

/** Queue of a site's uploads. */
export function uploadDestination(upload: Upload, siteId: string): string {
  return upload === 'conversions' ? `offline:${siteId}` : `offline-${upload}:${siteId}`;
}
