import { expect, test } from 'vitest';
import { checkTraffic, type Visit } from './traffic.ts';

const NOW = 1_790_000_000_000;
const HOUR_MS = 3_600_000;

/** Visitors of a shop, each from an address of their own. */
const visits = (count: number, more: (index: number) => Partial<Visit> = () => ({})): Visit[] =>
  Array.from({ length: count }, (_, index) => ({
    receivedAt: NOW - index * 1_000,
    ip: `203.0.113.${index}`,
    visitor: `visitor-${index}`,
    host: 'www.shop.example',
    ...more(index),
  }));

const judged = (list: readonly Visit[], now = NOW) =>
  checkTraffic({ visits: list, isEmpty: list.length === 0 }, now).map(({ id, status, next }) => ({
    id,
    status,
    next,
  }));

test('visitors who come from everywhere are in order', () => {
  expect(judged(visits(50))).toEqual([
    { id: 'traffic', status: 'ok' },
    { id: 'visitors', status: 'ok' },
  ]);
});

test('without an event there is a first step', () => {
  expect(judged([])).toEqual([{ id: 'traffic', status: 'skipped', next: expect.stringMatching(/snippet/) }]);
});

test('a day without an event is told', () => {
  expect(judged(visits(1), NOW + 25 * HOUR_MS)).toEqual([
    { id: 'traffic', status: 'warning', next: expect.stringMatching(/capi_debug/) },
  ]);
});

test.each([
  ['one private address', () => ({ ip: '10.0.0.7' }), /trustedProxies: \['10\.0\.0\.7'\]/],
  [
    'several private ones',
    (i: number) => ({ ip: `172.17.0.${i % 3}` }),
    /trustedProxies: \['172\.17\.0\.0'\]/,
  ],
  [
    'the one public address of a CDN',
    () => ({ ip: '198.51.100.1' }),
    /trustedProxies: \['198\.51\.100\.1'\]/,
  ],
])('all visitors have %s: the proxy is not trusted', (_, more, next) => {
  expect(judged(visits(50, more))[1]).toEqual({
    id: 'visitors',
    status: 'warning',
    next: expect.stringMatching(next),
  });
});

test.each([
  ['few events', visits(19, () => ({ ip: '10.0.0.7' }))],
  ['pages on a developer’s machine', visits(50, () => ({ ip: '127.0.0.1', host: 'localhost' }))],
])('%s say nothing about the proxy', (_, list) => {
  expect(judged(list).map(({ id }) => id)).toEqual(['traffic']);
});

test('one visitor with many events is no proxy', () => {
  const busy = visits(50, () => ({ ip: '198.51.100.1', visitor: 'the same' }));
  expect(judged(busy)[1]?.status).toBe('ok');
});
