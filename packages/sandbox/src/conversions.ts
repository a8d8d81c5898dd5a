/** The two ways an event can arrive: the browser's tag, the Conversions API. */
export const CHANNELS = ['uet', 'capi'] as const;
export type Channel = (typeof CHANNELS)[number];

/** One copy of a custom event, from either channel. */
export interface ConversionCopy {
  channel: Channel;
  tagId: string;
  eventName: string | null;
  eventId: string | null;
  value: number | null;
  currency: string | null;
  /** Dashed, lower case. */
  msclkid: string | null;
  /** Dashed, lower case. */
  pageLoadId: string | null;
}

/** A conversion as Microsoft would count it: once, however many copies arrived. */
export interface Conversion {
  tagId: string;
  eventName: string | null;
  eventId: string | null;
  /** In the order of `CHANNELS`, not of arrival. */
  channels: Channel[];
  /** The first arrival's. */
  value: number | null;
  currency: string | null;
  msclkid: string | null;
  pageLoadId: string | null;
}

/** A conversion with what only the sandbox's page shows. */
export interface ConversionRecord extends Conversion {
  /** Copies by channel, retries and repeats included. */
  copies: Record<Channel, number>;
  /** When the first copy came, ms since 1970 by the sandbox's clock. */
  receivedAt: number;
  /** What a person should know: two copies that do not agree. */
  warning: string | null;
}

export interface Conversions {
  add(copy: ConversionCopy, now: number): void;
  /** Every conversion in order of first arrival. */
  list(): Conversion[];
  records(): ConversionRecord[];
  clear(): void;
}

/**
 * The deduplicated view. Key: tag id, event name, event id; without an event id nothing can be
 * recognised, so each copy counts by itself. Click id, page-load id and currency are those of the
 * first copy that has any: Microsoft does not say how it merges copies, only that it counts once.
 */
export function createConversions(): Conversions {
  const records = new Map<string, ConversionRecord>();
  /** Name of the first event with an id, by tag and id. */
  const names = new Map<string, string | null>();
  return {
    add({ channel, ...copy }, now) {
      const { tagId, eventName, eventId } = copy;
      const key = JSON.stringify([tagId, eventName, eventId ?? records.size]);
      const known = eventId === null ? undefined : records.get(key);
      if (!known) {
        const copies = { uet: 0, capi: 0, [channel]: 1 };
        const warning = warningOfNewKey(copy, names);
        records.set(key, { ...copy, channels: [channel], copies, receivedAt: now, warning });
        return;
      }
      known.copies[channel] += 1;
      known.channels = CHANNELS.filter((name) => known.copies[name] > 0);
      known.currency ??= copy.currency;
      known.msclkid ??= copy.msclkid;
      known.pageLoadId ??= copy.pageLoadId;
      if (known.value !== copy.value) {
        known.warning ??= `A later copy says ${copy.value ?? 'no value'}; the first one counts.`;
      }
    },
    list: () =>
      [...records.values()].map(
        ({ tagId, eventName, eventId, channels, value, currency, msclkid, pageLoadId }) => ({
          tagId,
          eventName,
          eventId,
          channels: [...channels],
          value,
          currency,
          msclkid,
          pageLoadId,
        }),
      ),
    records: () => [...records.values()],
    clear() {
      records.clear();
      names.clear();
    },
  };
}

function warningOfNewKey(
  { tagId, eventName, eventId }: Omit<ConversionCopy, 'channel'>,
  names: Map<string, string | null>,
): string | null {
  if (eventId === null) return 'Without an event id: a copy by the other channel counts again.';
  const key = JSON.stringify([tagId, eventId]);
  const earlier = names.get(key);
  if (earlier === undefined) {
    names.set(key, eventName);
    return null;
  }
  return `The same event id came under the name ${JSON.stringify(earlier)}: both count.`;
}
