import { parseSetCookie } from 'cookie';
import { expect, test } from 'vitest';
import { identityCookies, readClickCookie } from './cookies.ts';

test('are for the whole site, readable by the script, and last as long as those of the UET tag', () => {
  const cookies = identityCookies(
    { anonymousId: 'visitor', msclkid: '292049a1-7e24-13e3-a408-1719e839afe6' },
    { hostname: 'm.shop.co.uk', secure: true },
  );
  const shared = { domain: 'shop.co.uk', path: '/', sameSite: 'lax', secure: true };
  expect(cookies.map((cookie) => ({ ...parseSetCookie(cookie) }))).toEqual([
    { name: '_capi_vid', value: 'visitor', maxAge: 33_696_000, ...shared },
    { name: '_capi_msclkid', value: '292049a17e2413e3a4081719e839afe6', maxAge: 7_776_000, ...shared },
  ]);
});

test.each(['localhost', '127.0.0.1', '[::1]', 'intranet', undefined])(
  '%s: for the host alone',
  (hostname) => {
    const [cookie] = identityCookies({ anonymousId: 'visitor' }, { hostname, secure: false });
    expect(cookie).toBe('_capi_vid=visitor; Max-Age=33696000; Path=/; SameSite=Lax');
  },
);

test('a value cannot add attributes', () => {
  const [cookie] = identityCookies(
    { anonymousId: 'a; HttpOnly\r\nX: y' },
    { hostname: 'a.test', secure: false },
  );
  expect(cookie).not.toMatch(/HttpOnly;|[\r\n]/);
  expect(parseSetCookie(cookie!).value).toBe('a; HttpOnly\r\nX: y');
});

test('no identity, no cookies', () => {
  expect(identityCookies({}, { hostname: 'shop.example', secure: true })).toEqual([]);
});

test('the click id that the browser has is newer than that of an event which waited', () => {
  const own = { hostname: 'shop.example', secure: true };
  const had = '292049a17e2413e3a4081719e839afe6';
  const click = readClickCookie(`a=b; _capi_msclkid=${had}; c=d`);
  const [cookie] = identityCookies({ msclkid: 'cdd4afcc-cb1c-9a4c-ad95-44dd7e5006d5' }, own, click);
  expect({ ...parseSetCookie(cookie!) }).toMatchObject({ name: '_capi_msclkid', value: had });
  // Without consent nothing is renewed.
  expect(identityCookies({}, own, click)).toEqual([]);
});

test.each([undefined, 'a=b', '_capi_msclkid=nonsense'])('no click id in %s', (header) => {
  expect(readClickCookie(header)).toBeUndefined();
});
