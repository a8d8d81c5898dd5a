import type { Day } from '../../store/day-table.ts';

/** Purchases of the pixel on one day, ten of which have everything. */
export function sampleDay(counts: Day['counts'] = {}, given: Partial<Day> = {}): Day {
  return {
    site: 'shop',
    day: '2026-11-20',
    name: 'purchase',
    source: 'pixel',
    currency: 'EUR',
    counts: {
      ...{ events: 100, value: 5_000, valued: 100, granted: 100, tagSeen: 90, tagNotSeen: 10 },
      ...{ msclkid: 30, em: 60, ph: 60, externalId: 20, anonymousId: 100 },
      ...{ clientIpAddress: 100, clientUserAgent: 100, ...counts },
    },
    ...given,
  };
}
