import { describe, expect, test } from 'vitest';
import { botReason } from './bot.ts';
import { incoming } from './testing/incoming.ts';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const HEADLESS = CHROME.replace('Chrome/', 'HeadlessChrome/');
const GERMAN = { 'accept-language': 'de' };

describe('a program is told by its headers', () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    ['Chrome', { 'user-agent': CHROME, ...GERMAN }, undefined],
    [
      'Safari on a phone',
      {
        'user-agent':
          'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
        ...GERMAN,
      },
      undefined,
    ],
    [
      'Firefox',
      { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', ...GERMAN },
      undefined,
    ],
    ['a crawler', { 'user-agent': GOOGLEBOT, ...GERMAN }, 'user-agent'],
    ['curl', { 'user-agent': 'curl/8.5.0', ...GERMAN }, 'user-agent'],
    ['headless Chromium', { 'user-agent': HEADLESS, ...GERMAN }, 'headless-browser'],
    [
      'headless Chromium under another name',
      { 'user-agent': CHROME, 'sec-ch-ua': '"HeadlessChrome";v="140", "Not:A-Brand";v="8"', ...GERMAN },
      'headless-browser',
    ],
    ['nothing said', GERMAN, 'no-user-agent'],
    ['blank', { 'user-agent': ' ', ...GERMAN }, 'no-user-agent'],
    ['no language', { 'user-agent': CHROME }, 'no-accept-language'],
    ['an empty language', { 'user-agent': CHROME, 'accept-language': '' }, 'no-accept-language'],
  ])('%s', (_, headers, reason) => {
    // Twice: the second answer is the remembered one.
    expect(botReason(incoming(headers), '203.0.113.9')).toBe(reason);
    expect(botReason(incoming(headers), '203.0.113.9')).toBe(reason);
  });
});

describe('a tool on the own machine is none, a crawler and what came through a proxy are', () => {
  test.each<[string, address: string | undefined, Record<string, string>, string | undefined]>([
    ['a test browser', '127.0.0.1', { 'user-agent': HEADLESS }, undefined],
    ['curl', '::1', { 'user-agent': 'curl/8.5.0' }, undefined],
    ['no headers', '127.0.0.53', {}, undefined],
    ['a crawler', '127.0.0.1', { 'user-agent': GOOGLEBOT }, 'user-agent'],
    [
      'behind a proxy',
      '127.0.0.1',
      { 'user-agent': HEADLESS, 'x-forwarded-for': '1.1.1.1' },
      'headless-browser',
    ],
    ['a request that the app has made', undefined, {}, undefined],
    [
      'a request of a framework that tells no address',
      undefined,
      { 'user-agent': HEADLESS },
      'headless-browser',
    ],
    [
      'a request of the app to this machine by name',
      undefined,
      { 'user-agent': CHROME, host: 'localhost:3000' },
      undefined,
    ],
    [
      'a framework that tells no address, and a host that is no name',
      undefined,
      { 'user-agent': CHROME, host: '[' },
      'no-accept-language',
    ],
    [
      'a domain that begins like an address of this machine',
      undefined,
      { 'user-agent': CHROME, host: '127.shop.example' },
      'no-accept-language',
    ],
    [
      'this machine by name, through a proxy',
      undefined,
      { 'user-agent': CHROME, host: 'localhost:3000', 'x-forwarded-for': '1.1.1.1' },
      'no-accept-language',
    ],
    ['another machine', '10.0.0.1', { 'user-agent': HEADLESS }, 'headless-browser'],
  ])('%s', (_, address, headers, reason) => {
    expect(botReason(incoming(headers), address)).toBe(reason);
  });
});
