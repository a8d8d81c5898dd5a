import { expect, test } from 'vitest';
import type { Day } from '../store/day-table.ts';
import { matchQualityOf } from './match-quality.ts';
import { sampleDay } from './testing/sample-days.ts';

const adviceOn = (...days: Day[]) => matchQualityOf(days)[0]!.advice.map(({ field }) => field);

test('shares are of those with consent, over all days and sources', () => {
  const days = [
    sampleDay(),
    sampleDay(
      { events: 100, granted: 60, em: 20, tagSeen: 0, tagNotSeen: 0 },
      { day: '2026-11-21', source: 'server' },
    ),
    sampleDay({ events: 1 }, { name: 'lead' }),
  ];
  const [purchase, lead] = matchQualityOf(days);
  expect(purchase).toMatchObject({
    site: 'shop',
    name: 'purchase',
    events: 200,
    sources: { pixel: 100, server: 100 },
    consent: 0.8,
    shares: { em: 0.5, msclkid: 0.375 },
    browserCopies: { seen: 90, unseen: 10, unknown: 100, estimatedLostShare: 0.1 },
  });
  expect(lead).toMatchObject({ name: 'lead', events: 1 });
});

test('nothing is advised where nothing is missing, and of few events nothing is said', () => {
  expect(adviceOn(sampleDay({ tagNotSeen: 0 }))).toEqual([]);
  expect(adviceOn(sampleDay({ events: 19, em: 0, msclkid: 0, granted: 19 }))).toEqual([]);
});

test.each<[string, Day['counts'], Partial<Day>, string[]]>([
  ['no consent', { granted: 40 }, {}, ['consent']],
  ['nobody consents: the rest follows from it', { granted: 0, em: 0, msclkid: 0 }, {}, ['consent']],
  ['no click id', { msclkid: 4 }, {}, ['msclkid']],
  ['no e-mail', { em: 49 }, {}, ['em']],
  ['no phone', { ph: 49 }, {}, ['ph']],
  ['no customer id', { externalId: 4 }, {}, ['externalId']],
  ['no visitor id from a server', { anonymousId: 94 }, { source: 'server' }, ['anonymousId']],
  [
    'neither address nor browser',
    { clientIpAddress: 9, clientUserAgent: 9 },
    { source: 'code' },
    ['clientIpAddress', 'clientUserAgent'],
  ],
  ['no address from browsers', { clientIpAddress: 9 }, {}, ['clientIpAddress']],
  ['copies never seen', { tagSeen: 90, tagNotSeen: 10 }, {}, ['browserCopy']],
  ['page loads know hardly anybody', { em: 0, ph: 0, externalId: 0 }, { name: 'pageLoad' }, []],
])('%s', (_, counts, given, advice) => {
  expect(adviceOn(sampleDay({ tagNotSeen: 0, ...counts }, given))).toEqual(advice);
});
