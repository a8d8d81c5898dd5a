/** What `/offline` and `/goals` answer. */

export interface Offline {
  connection: {
    state: 'not-set-up' | 'nobody' | 'unreadable' | 'signed-in' | 'ended';
    signedInAt?: number;
    message?: string;
  };
  sites: OfflineSite[];
}

export interface OfflineSite {
  site: string;
  mode: string;
  account?: { customerId: string; accountId: string };
  uploads: Upload[];
  attribution: AttributionDay[];
}

export interface Upload {
  upload: 'conversions' | 'adjustments' | 'online-adjustments';
  destination: string;
  received: number;
  waiting: number;
  ended: Partial<Record<'accepted' | 'rejected' | 'expired' | 'dead' | 'skipped', number>>;
  oldestAt?: number;
  paused?: string;
}

export interface AttributionDay {
  goalId: string;
  goal: string;
  day: string;
  attributed: number;
  unattributed: number;
  reasons: Record<string, number>;
}

export interface Goal {
  site: string;
  event: string;
  goal: string;
  kind: 'offline' | 'online';
  adjust?: 'restate' | 'retract';
  enabled: boolean;
  send: 'all' | 'attributed';
  currency?: string;
  from: { enabled: 'default' | 'file' | 'store'; send: 'default' | 'file' | 'store' };
}
