import { expect, test } from 'vitest';
import { reportDays } from './day-report.ts';
import { describeDays, describeQuality } from './describe-report.ts';
import { matchQualityOf } from './match-quality.ts';
import { sampleDay } from './testing/sample-days.ts';

const DAYS = [
  sampleDay(),
  sampleDay({ events: 2, value: 9.5, tagSeen: 0, tagNotSeen: 0 }, { source: 'server', currency: '' }),
  sampleDay({ events: 40, valued: 0, em: 0, heldBack: 3 }, { name: 'pageLoad', currency: '' }),
];

test('a day for a person: sums by channel, and the estimate called one', () => {
  expect(describeDays(reportDays(DAYS, () => ['purchase']))).toBe(
    [
      '2026-11-20  shop',
      '  events      142, of which 40 page loads; 3 more held back (tests, bots, own rules)',
      '  purchases   102: 5000.00 EUR, 9.50 (no currency)',
      '    pixel     100: 5000.00 EUR',
      '    server    2: 9.50 (no currency)',
      "  the browser's own tag was never seen on the page (estimate): 10 of 100 purchases (10 %), 10 of 100 events (10 %)",
      '',
    ].join('\n'),
  );
});

test('match quality as a table, with what to do', () => {
  const text = describeQuality(matchQualityOf([sampleDay({ em: 40, tagNotSeen: 0 })]));
  const [head, row, advice] = text.split('\n');
  expect(head?.split(/ {2,}/)).toEqual([
    '',
    'event',
    'events',
    'consent',
    'msclkid',
    'em',
    'ph',
    'externalId',
    'anonymousId',
    'clientIpAddress',
  ]);
  expect(row?.split(/ {2,}/)).toEqual([
    '',
    'purchase',
    '100',
    '100 %',
    '30 %',
    '40 %',
    '60 %',
    '20 %',
    '100 %',
    '100 %',
  ]);
  expect(advice).toMatch(/^ {2}purchase, em: Fewer than half/);
});

test('nothing yet is no table', () => {
  expect(describeDays([])).toBe('No events of the UET tag in these days; those of the last minute follow.\n');
  expect(describeQuality([])).toBe('');
});
