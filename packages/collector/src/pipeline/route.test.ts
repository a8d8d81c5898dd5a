import type { CapiEvent } from '@uet-capi/protocol';
import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '../config/schema.ts';
import type { Route, Source } from '../store/port.ts';
import { routeOf } from './route.ts';
import { NOW, NOW_S, siteOf } from './testing/sample-facts.ts';

const custom = (eventSourceUrl?: string): CapiEvent => ({
  eventType: 'custom',
  eventTime: NOW_S,
  userData: { anonymousId: 'v' },
  ...(eventSourceUrl !== undefined && { eventSourceUrl }),
});

const LIVE: Route = { destination: 'uet-capi:1', dueAt: NOW, held: false };
const HELD: Route = { destination: 'uet-capi:1', dueAt: NOW + 10_000, held: true };
const TEST: Route = { destination: 'uet-capi-test:1', dueAt: NOW, held: false };
const SHADOW: Route = { skipped: 'shadow mode: nothing is delivered' };
const NOWHERE: Route = { skipped: 'test event: no sandbox is configured' };
const TO_TAG: Route = { skipped: 'page loads are left to the UET tag (pageLoads: never)' };
const testEndpoint = 'http://localhost:8787';

describe('modes', () => {
  test.each<[string, ConfigInput, string | undefined, Route]>([
    ['live', {}, 'https://shop.example/', LIVE],
    ['live, address unknown', { testHosts: ['*.example'] }, undefined, LIVE],
    ['shadow', { mode: 'shadow' }, 'https://shop.example/', SHADOW],
    ['test with a sandbox', { mode: 'test', testEndpoint }, 'https://shop.example/', TEST],
    ['test without a sandbox', { mode: 'test' }, 'https://shop.example/', NOWHERE],
    ['a test host', { testHosts: ['localhost'], testEndpoint }, 'http://localhost:3000/cart', TEST],
    ['a test host without a sandbox', { testHosts: ['localhost'] }, 'http://localhost/', NOWHERE],
    ['a test host in another case', { testHosts: ['LocalHost'] }, 'http://LOCALHOST/', NOWHERE],
    ['below a pattern', { testHosts: ['*.staging.example'] }, 'https://a.b.staging.example/', NOWHERE],
    [
      'the name of the pattern itself',
      { testHosts: ['*.staging.example'] },
      'https://staging.example/',
      LIVE,
    ],
    [
      'a name that only ends alike',
      { testHosts: ['*.staging.example'] },
      'https://notstaging.example/',
      LIVE,
    ],
    ['a host in the query', { testHosts: ['localhost'] }, 'https://shop.example/?u=http://localhost/', LIVE],
    ['no address', { testHosts: ['localhost'] }, 'localhost', LIVE],
    [
      'a test host of a shadow site',
      { mode: 'shadow', testHosts: ['localhost'] },
      'http://localhost/',
      NOWHERE,
    ],
  ])('%s', (_, settings, url, route) => {
    expect(routeOf(custom(url), false, 'server', siteOf(settings), NOW)).toEqual(route);
  });
});

describe('bots', () => {
  test.each<[string, ConfigInput, Route]>([
    ['are not delivered', {}, { skipped: 'bot: user-agent' }],
    ['are delivered where the site wants it', { bots: 'deliver' }, LIVE],
    ['the mode comes first', { mode: 'shadow' }, SHADOW],
    ['in tests too', { mode: 'test', testEndpoint }, { skipped: 'bot: user-agent' }],
  ])('%s', (_, settings, route) => {
    expect(routeOf(custom(), false, 'pixel', siteOf(settings), NOW, 'user-agent')).toEqual(route);
    expect(routeOf(custom(), true, 'noscript', siteOf(settings), NOW, 'user-agent')).toEqual(route);
  });
});

describe('page loads', () => {
  test.each<[string, ConfigInput, Source, Route]>([
    ['auto', {}, 'pixel', HELD],
    ['auto, another hold', { holdMs: 500 }, 'pixel', { ...HELD, dueAt: NOW + 500 }],
    ['auto, page without tag', { uet: 'off' }, 'pixel', LIVE],
    ['always', { pageLoads: 'always' }, 'pixel', LIVE],
    ['never', { pageLoads: 'never' }, 'pixel', TO_TAG],
    ['never is not for browsers without script', { pageLoads: 'never' }, 'noscript', LIVE],
    ['never is not for servers', { pageLoads: 'never' }, 'server', LIVE],
    ['never is not for code', { pageLoads: 'never' }, 'code', LIVE],
    ['servers are not held', {}, 'server', LIVE],
    ['code is not held', {}, 'code', LIVE],
    ['browsers without script are not held', {}, 'noscript', LIVE],
    ['shadow comes first', { mode: 'shadow' }, 'pixel', SHADOW],
    [
      'tests are held too',
      { mode: 'test', testEndpoint },
      'pixel',
      { ...TEST, dueAt: NOW + 10_000, held: true },
    ],
  ])('%s', (_, settings, source, route) => {
    const event = custom('https://shop.example/');
    expect(routeOf(event, true, source, siteOf(settings), NOW)).toEqual(route);
  });

  test.each<ConfigInput['pageLoads']>(['auto', 'never'])(
    '%s says nothing about other events',
    (pageLoads) => {
      expect(routeOf(custom(), false, 'pixel', siteOf({ pageLoads }), NOW)).toEqual(LIVE);
    },
  );
});
