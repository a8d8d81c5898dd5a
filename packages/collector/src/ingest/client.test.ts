import { describe, expect, test } from 'vitest';
import { cleanAddress, readClient } from './client.ts';
import { answerNotFound } from './node.ts';
import { compileTrust } from './proxies.ts';
import { incoming } from './testing/incoming.ts';
import { serve } from './testing/serve.ts';
import { createTestListener } from './testing/test-listener.ts';
import { wrap } from './wrap.ts';

type Setting = Parameters<typeof compileTrust>[0];

const BY_RANGE: Setting = { trustedProxies: ['loopback', '10.0.0.0/8'] };
const BY_HEADER: Setting = { trustedProxies: ['10.0.0.0/8'], header: 'CF-Connecting-IP' };
const PEER = '203.0.113.9';

describe('the address', () => {
  test.each<
    [what: string, Setting, peer: string | undefined, headers: Record<string, string>, ip: string | undefined]
  >([
    ['no setting: the socket', undefined, PEER, { 'x-forwarded-for': '1.1.1.1' }, PEER],
    ['IPv4 on an IPv6 socket', undefined, '::ffff:203.0.113.9', {}, PEER],
    ['no socket', undefined, undefined, {}, undefined],
    ['trusted peer', BY_RANGE, '10.0.0.1', { 'x-forwarded-for': '1.1.1.1' }, '1.1.1.1'],
    ['trusted peer, mapped', BY_RANGE, '::ffff:10.0.0.1', { 'x-forwarded-for': '1.1.1.1' }, '1.1.1.1'],
    ['two trusted proxies', BY_RANGE, '10.0.0.1', { 'x-forwarded-for': '1.1.1.1, 10.2.2.2' }, '1.1.1.1'],
    ['forged head of the list', BY_RANGE, '10.0.0.1', { 'x-forwarded-for': '6.6.6.6, 1.1.1.1' }, '1.1.1.1'],
    ['peer not trusted', BY_RANGE, PEER, { 'x-forwarded-for': '1.1.1.1' }, PEER],
    ['nothing forwarded', BY_RANGE, '10.0.0.1', {}, '10.0.0.1'],
    ['garbage forwarded', BY_RANGE, '10.0.0.1', { 'x-forwarded-for': '<script>' }, '10.0.0.1'],
    ['empty entries', BY_RANGE, '10.0.0.1', { 'x-forwarded-for': ', ,,' }, '10.0.0.1'],
    ['IPv6 forwarded', BY_RANGE, '10.0.0.1', { 'x-forwarded-for': '2001:db8::1' }, '2001:db8::1'],
    ['with port', BY_RANGE, '10.0.0.1', { 'x-forwarded-for': '1.1.1.1:4711' }, '1.1.1.1'],
    ['IPv6 with port', BY_RANGE, '10.0.0.1', { 'x-forwarded-for': '[2001:db8::1]:4711' }, '2001:db8::1'],
    ['named header', BY_HEADER, '10.0.0.1', { 'cf-connecting-ip': '1.1.1.1' }, '1.1.1.1'],
    ['named header, peer not trusted', BY_HEADER, PEER, { 'cf-connecting-ip': '1.1.1.1' }, PEER],
    ['named header, garbage', BY_HEADER, '10.0.0.1', { 'cf-connecting-ip': '1.1.1.1, 2.2.2.2' }, '10.0.0.1'],
    ['named header missing', BY_HEADER, '10.0.0.1', { 'x-forwarded-for': '1.1.1.1' }, '10.0.0.1'],
    ['the own address forged', BY_RANGE, '10.0.0.1', { 'x-forwarded-for': '127.0.0.1, 1.1.1.1' }, '1.1.1.1'],
    ['a proxy that names proxies alone', BY_RANGE, '10.0.0.1', { 'x-forwarded-for': '10.9.9.9' }, '10.9.9.9'],
    ['garbage between', BY_RANGE, '10.0.0.1', { 'x-forwarded-for': '1.1.1.1, x, 10.2.2.2' }, '10.0.0.1'],
    ['mapped forwarded', BY_RANGE, '10.0.0.1', { 'x-forwarded-for': '::ffff:1.1.1.1' }, '1.1.1.1'],
    ['mapped, in hex', BY_RANGE, '10.0.0.1', { 'x-forwarded-for': '::FFFF:101:101' }, '1.1.1.1'],
    ['mapped, in full', BY_RANGE, '10.0.0.1', { 'x-forwarded-for': '0:0:0:0:0:ffff:0101:0101' }, '1.1.1.1'],
    ['mapped proxies', BY_RANGE, '::1', { 'x-forwarded-for': '1.1.1.1, ::ffff:10.2.2.2' }, '1.1.1.1'],
    [
      'an IPv6 range',
      { trustedProxies: ['2001:db8:f::/48'] },
      '2001:db8:f::9',
      { 'x-forwarded-for': '2001:db8::1' },
      '2001:db8::1',
    ],
    [
      'outside of it',
      { trustedProxies: ['2001:db8:f::/48'] },
      '2001:db8:e::9',
      { 'x-forwarded-for': '2001:db8::1' },
      '2001:db8:e::9',
    ],
    [
      'other headers are nobody',
      BY_RANGE,
      '10.0.0.1',
      { forwarded: 'for=1.1.1.1', 'x-real-ip': '1.1.1.1' },
      '10.0.0.1',
    ],
    [
      'the list is not asked where a header is named',
      BY_HEADER,
      '10.0.0.1',
      { 'x-forwarded-for': '6.6.6.6', 'cf-connecting-ip': '1.1.1.1' },
      '1.1.1.1',
    ],
    [
      'X-Forwarded-For named',
      { trustedProxies: ['10.0.0.0/8'], header: 'X-Forwarded-For' },
      '10.0.0.1',
      { 'x-forwarded-for': '6.6.6.6, 1.1.1.1' },
      '1.1.1.1',
    ],
    [
      'named header, IPv6 with zone',
      BY_HEADER,
      '10.0.0.1',
      { 'cf-connecting-ip': 'fe80::1%eth0' },
      'fe80::1',
    ],
    ['hops, nothing forwarded', { hops: 2 }, PEER, {}, PEER],
    ['hops, garbage forwarded', { hops: 1 }, PEER, { 'x-forwarded-for': 'unknown' }, PEER],
    ['one hop', { hops: 1 }, PEER, { 'x-forwarded-for': '6.6.6.6, 1.1.1.1' }, '1.1.1.1'],
    ['two hops', { hops: 2 }, PEER, { 'x-forwarded-for': '6.6.6.6, 1.1.1.1, 2.2.2.2' }, '1.1.1.1'],
    ['fewer than the hops', { hops: 3 }, PEER, { 'x-forwarded-for': '1.1.1.1' }, '1.1.1.1'],
  ])('%s', (_, clientAddress, peer, headers, ip) => {
    const request = incoming(headers, { peer });
    expect(readClient(request, { clientAddress }, compileTrust(clientAddress)).ip).toBe(ip);
  });

  test('several headers of one name are one list', async () => {
    const { listener, intake } = createTestListener({
      clientAddress: BY_RANGE,
      origins: ['https://a.example'],
    });
    const server = await serve(wrap(listener, answerNotFound, '/'));
    await server.send('POST', '/e', {
      headers: {
        origin: 'https://a.example',
        'content-type': 'text/plain',
        'x-forwarded-for': ['6.6.6.6', '1.1.1.1', '10.2.2.2'],
      },
      body: '{"v":1,"data":[]}',
    });
    expect(intake.pixelCalls.map(({ client }) => client.ip)).toEqual(['1.1.1.1']);
  });

  test('a zone is not part of it', () => {
    expect(cleanAddress('fe80::1%eth0')).toBe('fe80::1');
  });
});

test('a bad range is said at the start', () => {
  expect(() => compileTrust({ trustedProxies: ['10.0.0.0/99'] })).toThrow(/10\.0\.0\.0\/99/);
});

test('the user agent is cut to 1,024 characters', () => {
  const client = readClient(incoming({ 'user-agent': 'x'.repeat(5_000) }), {}, () => false);
  expect(client.userAgent).toBe('x'.repeat(1_024));
  expect(readClient(incoming({ 'user-agent': '' }), {}, () => false).userAgent).toBeUndefined();
});

test.each([
  ['de', 'DE'],
  [' GB ', 'GB'],
  ['XX', undefined],
  ['T1', undefined],
  ['DEU', undefined],
  ['DE, FR', undefined],
  ['', undefined],
])('country header %j: %s', (value, country) => {
  const request = incoming({ 'cf-ipcountry': value });
  expect(readClient(request, { countryHeader: 'CF-IPCountry' }, () => false).country).toBe(country);
  expect(readClient(request, {}, () => false).country).toBeUndefined();
});

test.each([
  [{ 'sec-gpc': '1' }, true],
  [{ 'sec-gpc': '0' }, false],
  [{ cookie: 'a=b; _uetmsdns=1' }, true],
  [{ cookie: '_uetmsdns=1; a=b' }, true],
  [{ cookie: '_uetmsdns=0' }, false],
  [{ cookie: 'x_uetmsdns=1; _uetmsdns=10' }, false],
  [{}, false],
])('the visitor refuses by %j: %s', (headers, refuses) => {
  expect(readClient(incoming(headers), {}, () => false).refuses).toBe(refuses);
});
