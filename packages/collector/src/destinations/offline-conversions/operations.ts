import type { Upload } from '../../destination-id.ts';

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
} as const satisfies Record<Upload, object>;
