import { expect, test } from 'vitest';
import { VERSION } from '../../version.ts';
import type { Answered } from '../reach.ts';
import { checkArrival } from './arrival.ts';

const URL_OF_EVENTS = new URL('https://shop.example/m/e');

const COOKIES = ['_capi_vid=doctor; Max-Age=33696000; Secure', '_capi_msclkid=0; Max-Age=7776000; Secure'];

/** What is found where the collector behind https://shop.example/m tells this. */
function found(arrival: object): Record<string, string> {
  const answer: Answered = {
    kind: 'answered',
    status: 202,
    headers: { 'set-cookie': COOKIES },
    body: JSON.stringify({
      version: VERSION,
      tagId: '12345678',
      allowed: true,
      ip: '203.0.113.9',
      hostname: 'shop.example',
      secure: true,
      ...arrival,
    }),
    sentAt: 0,
    receivedAt: 0,
    certificateEndsAt: undefined,
  };
  const findings = checkArrival(URL_OF_EVENTS, answer).filter(({ status }) => status !== 'ok');
  return Object.fromEntries(findings.map(({ id, status, next }) => [id, `${status}: ${next}`]));
}

test('a visitor who arrives as they are is no finding', () => {
  expect(found({})).toEqual({});
  expect(found({ ip: '2001:db8::1' })).toEqual({});
});

test.each([
  [
    'the proxy does not say that the browser came by https',
    { secure: false },
    'problem: .*X-Forwarded-Proto',
  ],
  [
    'every visitor has the proxy’s address',
    { ip: '10.0.0.7' },
    "warning: .*trustedProxies: \\['10\\.0\\.0\\.7'\\]",
  ],
  ['the same over IPv6', { ip: 'fd00::7' }, "warning: .*trustedProxies: \\['fd00::7'\\]"],
])('%s', (_, arrival, expected) => {
  expect(found(arrival)).toEqual({ proxy: expect.stringMatching(expected) });
});

test('another version runs than is installed', () => {
  expect(found({ version: '0.0.1' })).toEqual({ version: expect.stringMatching(/^warning: Restart/) });
});
