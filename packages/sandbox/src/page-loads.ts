import { CHANNELS, type Channel } from './conversions.ts';

export interface PageLoadCopy {
  channel: Channel;
  tagId: string;
  /** The tag's `mid`, the API's `pageLoadId`; dashed, lower case. */
  mid: string | null;
  url: string | null;
}

/** A page load, by tag and `mid`. */
export interface PageLoad {
  tagId: string;
  mid: string | null;
  url: string | null;
  /** In the order of `CHANNELS`. */
  channels: Channel[];
  copies: Record<Channel, number>;
  /** It came by both channels. Page loads have no shared id: Microsoft may count it twice. */
  doubled: boolean;
  /** When the first copy came, ms since 1970 by the sandbox's clock. */
  receivedAt: number;
}

export interface PageLoads {
  add(copy: PageLoadCopy, now: number): void;
  /** In order of first arrival. */
  list(): PageLoad[];
  clear(): void;
}

export function createPageLoads(): PageLoads {
  const loads = new Map<string, PageLoad>();
  return {
    add({ channel, tagId, mid, url }, now) {
      const key = JSON.stringify([tagId, mid ?? loads.size]);
      const known = mid === null ? undefined : loads.get(key);
      if (!known) {
        const copies = { uet: 0, capi: 0, [channel]: 1 };
        loads.set(key, { tagId, mid, url, channels: [channel], copies, doubled: false, receivedAt: now });
        return;
      }
      known.copies[channel] += 1;
      known.channels = CHANNELS.filter((name) => known.copies[name] > 0);
      known.doubled = known.channels.length === CHANNELS.length;
      known.url ??= url;
    },
    list: () => [...loads.values()].map((load) => ({ ...load, copies: { ...load.copies } })),
    clear: () => loads.clear(),
  };
}
