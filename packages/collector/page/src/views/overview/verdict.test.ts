import { expect, test } from 'vitest';
import type { Overview } from '../../../../src/store/reading.ts';
import { verdictOf } from './verdict.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;
const TAG = 'uet-capi:1';
const NO_TIMES = { events: 0, p50: 0, p95: 0, p99: 0, max: 0, buckets: [] };

function overview(
  given: Partial<Overview> & { waiting?: number; accepted?: number; skipped?: number; oldestAt?: number },
): Overview {
  const { waiting = 0, accepted = 0, skipped = 0, oldestAt, ...rest } = given;
  const ended = { accepted, skipped };
  return {
    accounts: [{ site: 'shop', destination: TAG, received: waiting + accepted + skipped, waiting, ended }],
    destinations: [{ destination: TAG, oldestAt, stuckAt: oldestAt, paused: undefined }],
    reasons: [],
    warnings: [],
    latency: { sinceEvent: NO_TIMES, sinceReceipt: NO_TIMES },
    ...rest,
  };
}

const refusal = (at: number) => ({
  site: 'shop',
  destination: TAG,
  state: 'rejected' as const,
  code: 'Bad',
  count: 1,
  seq: 1,
  at,
});

test('nothing has arrived: no verdict, but what to do', () => {
  expect(verdictOf(overview({}), NOW)).toBeUndefined();
});

test('all is well', () => {
  expect(
    verdictOf(overview({ accepted: 7, waiting: 1, skipped: 2, oldestAt: NOW - 1_000 }), NOW),
  ).toMatchObject({
    tone: 'good',
    title: 'Conversions arrive',
    why: 'Microsoft has accepted 7 of 8 that were to be sent; 1 on their way.',
  });
});

test('offline conversions wait by their own rules: that is no obstacle', () => {
  const offline = 'offline:shop';
  const { accounts, ...rest } = overview({ accepted: 7 });
  const uploads = { site: 'shop', destination: offline, received: 4, waiting: 4, ended: {} };
  const destinations = [
    { destination: offline, oldestAt: NOW - 5 * HOUR, stuckAt: NOW - 5 * HOUR, paused: undefined },
  ];
  expect(verdictOf({ ...rest, accounts: [...accounts, uploads], destinations }, NOW)).toMatchObject({
    tone: 'good',
    title: 'Conversions arrive',
  });
});

test('a pause goes before everything else, in the words of its reason', () => {
  const paused = { reason: 'the token was refused', since: NOW - HOUR, probeAt: NOW };
  const destinations = [{ destination: TAG, oldestAt: NOW - HOUR, stuckAt: NOW - HOUR, paused }];
  expect(
    verdictOf(overview({ accepted: 7, waiting: 3, destinations, reasons: [refusal(NOW)] }), NOW),
  ).toMatchObject({
    tone: 'bad',
    title: 'Events wait: UET tag 1 is paused',
    why: expect.stringMatching(/^the token was refused\. 3 events are safe/),
  });
});

test('what waits for an hour waits for something', () => {
  expect(verdictOf(overview({ accepted: 7, waiting: 3, oldestAt: NOW - HOUR }), NOW)).toMatchObject({
    tone: 'warn',
    title: 'Events wait since 1 h',
  });
});

test('a visit without a conversion, on a site with a tag, is no fault', () => {
  const reasons = [{ ...refusal(NOW), state: 'skipped' as const, code: 'tag-sent-page-load' }];
  const visited = overview({ skipped: 1, reasons });
  expect(verdictOf(visited, NOW)).toMatchObject({
    tone: 'good',
    title: 'Page loads arrive, no conversion yet',
  });
  const others = [...reasons, { ...refusal(NOW), state: 'skipped' as const, code: 'bot' }];
  expect(verdictOf(overview({ skipped: 2, reasons: others }), NOW)).toMatchObject({ tone: 'warn' });
});

test('captured, and none delivered: with the most frequent reason', () => {
  const reasons = [{ ...refusal(NOW), state: 'skipped' as const, code: 'shadow mode: nothing is delivered' }];
  expect(verdictOf(overview({ skipped: 3, reasons }), NOW)).toMatchObject({
    tone: 'warn',
    why: 'Most frequent reason: shadow mode: nothing is delivered.',
  });
});

test('none delivered: what was refused is the reason, and not what the tag has rightly sent itself', () => {
  const sentByTag = { ...refusal(NOW), state: 'skipped' as const, code: 'tag-sent-page-load', count: 8 };
  const refused = overview({ skipped: 8, reasons: [sentByTag, refusal(NOW)] });
  refused.accounts[0]!.received += 1;
  refused.accounts[0]!.ended.rejected = 1;
  expect(verdictOf(refused, NOW)).toMatchObject({
    title: 'Events are captured, none is delivered',
    why: 'Most frequent reason: Bad.',
    next: { href: '#/events?state=rejected' },
  });
});

test('of several reasons the newest refusal is told, and one is led to its like', () => {
  const reasons = [
    refusal(NOW - 3 * HOUR),
    { ...refusal(NOW - HOUR), state: 'expired' as const, code: 'Old' },
  ];
  const { why, next } = verdictOf(overview({ accepted: 7, reasons }), NOW)!;
  expect(why).toBe('The newest refusal was 1 h ago: Old.');
  expect(next?.href).toBe('#/events?state=expired');
});

test('a refusal of today is told, one of last week is history', () => {
  const title = (at: number) => verdictOf(overview({ accepted: 7, reasons: [refusal(at)] }), NOW)?.title;
  expect(title(NOW - HOUR)).toBe('Conversions arrive, some are refused');
  expect(title(NOW - 100 * HOUR)).toBe('Conversions arrive');
});
