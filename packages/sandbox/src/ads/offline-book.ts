/** The identifiers that an upload may bring, and with name and time its whole identity. */
export interface OfflineKey {
  accountId: string;
  conversionName: string;
  /** As it was sent. */
  conversionTime: string;
  /** The same as an instant, ms since 1970: two spellings of one instant are the same. */
  conversionAt: number;
  clickId: string | null;
  hashedEmailAddress: string | null;
  hashedPhoneNumber: string | null;
}

export interface OfflineConversion extends OfflineKey {
  goalId: string;
  value: number | null;
  currency: string | null;
  /** Ms since 1970 by the sandbox's clock. */
  acceptedAt: number;
  /** The order of acceptance, adjustments included. */
  sequence: number;
  /** How often the same key came again. */
  repeats: number;
}

export interface OfflineAdjustment extends OfflineKey {
  goalId: string;
  type: 'Restate' | 'Retract';
  time: string;
  at: number;
  value: number | null;
  currency: string | null;
  acceptedAt: number;
  sequence: number;
}

export interface OnlineAdjustment {
  accountId: string;
  conversionName: string;
  transactionId: string;
  type: 'Restate' | 'Retract';
  time: string;
  value: number | null;
  currency: string | null;
  acceptedAt: number;
}

/** A conversion that came again, or an item that was refused: all that the reports need of it. */
export interface Trace {
  accountId: string;
  goalId: string | null;
  at: number;
  /** What the file of the daily report says of it. */
  status: string;
}

/** Everything uploaded and accepted, each key once, the first one winning. */
export interface OfflineBook {
  add(conversion: Omit<OfflineConversion, 'sequence' | 'repeats'>): void;
  adjust(adjustment: Omit<OfflineAdjustment, 'sequence'>): void;
  adjustOnline(adjustment: OnlineAdjustment): void;
  refuse(refused: Trace): void;
  conversions(): OfflineConversion[];
  adjustments(): OfflineAdjustment[];
  onlineAdjustments(): OnlineAdjustment[];
  /** Accepted repeats of a known key. */
  repeats(): Trace[];
  refused(): Trace[];
  clear(): void;
}

export function createOfflineBook(): OfflineBook {
  const conversions = new Map<string, OfflineConversion>();
  let adjustments: OfflineAdjustment[] = [];
  let onlineAdjustments: OnlineAdjustment[] = [];
  let repeats: Trace[] = [];
  let refused: Trace[] = [];
  let sequence = 0;
  return {
    add(conversion) {
      const key = offlineKey(conversion);
      const known = conversions.get(key);
      if (known) {
        known.repeats += 1;
        const { accountId, goalId, acceptedAt: at } = conversion;
        repeats.push({ accountId, goalId, at, status: 'DuplicateConversionKey' });
        return;
      }
      sequence += 1;
      conversions.set(key, { ...conversion, sequence, repeats: 0 });
    },
    adjust(adjustment) {
      sequence += 1;
      adjustments.push({ ...adjustment, sequence });
    },
    adjustOnline: (adjustment) => onlineAdjustments.push(adjustment),
    refuse: (trace) => refused.push(trace),
    conversions: () => [...conversions.values()],
    adjustments: () => adjustments,
    onlineAdjustments: () => onlineAdjustments,
    repeats: () => repeats,
    refused: () => refused,
    clear() {
      conversions.clear();
      adjustments = [];
      onlineAdjustments = [];
      repeats = [];
      refused = [];
      sequence = 0;
    },
  };
}

/** The five parts, and the account. */
export function offlineKey(key: OfflineKey): string {
  const { accountId, conversionName, conversionAt, clickId, hashedEmailAddress, hashedPhoneNumber } = key;
  return JSON.stringify([
    accountId,
    conversionName,
    conversionAt,
    clickId,
    hashedEmailAddress,
    hashedPhoneNumber,
  ]);
}
