import { describe, expect, test } from 'vitest';
import { compileOrigin, judgeOrigin, registrableDomain } from './origin.ts';

const RULES = ['https://shop.example', 'https://*.partner.example', 'http://dev.example:3000'].map(
  compileOrigin,
);

describe('judgeOrigin', () => {
  test.each<
    [origin: string | undefined, hostname: string | undefined, expected: 'same site' | 'allowed' | 'refused']
  >([
    // The request's own host, whatever the port and scheme.
    ['https://m.store.test', 'm.store.test', 'same site'],
    ['http://m.store.test:8080', 'm.store.test', 'same site'],
    ['http://localhost:3000', 'localhost', 'same site'],
    ['http://127.0.0.1:3000', '127.0.0.1', 'same site'],
    ['http://[::1]:3000', '[::1]', 'same site'],
    ['http://intranet:3000', 'intranet', 'same site'],
    // Its registrable domain.
    ['https://store.test', 'm.store.test', 'same site'],
    ['https://www.store.test', 'm.store.test', 'same site'],
    ['https://www.store.co.uk', 'm.store.co.uk', 'same site'],
    ['https://other.co.uk', 'm.store.co.uk', 'refused'],
    ['https://alice.github.io', 'bob.github.io', 'refused'],
    ['https://evilstore.test', 'store.test', 'refused'],
    ['https://store.test.evil.test', 'store.test', 'refused'],
    ['http://10.0.0.1', '10.0.0.2', 'refused'],
    ['http://127.0.0.1:3000', 'localhost', 'refused'],
    // Configured origins: exact scheme, host and port.
    ['https://shop.example', 'm.store.test', 'allowed'],
    ['https://shop.example:8443', 'm.store.test', 'refused'],
    ['http://shop.example', 'm.store.test', 'refused'],
    ['https://www.shop.example', 'm.store.test', 'refused'],
    ['https://a.partner.example', 'm.store.test', 'allowed'],
    ['https://a.b.partner.example', 'm.store.test', 'allowed'],
    ['https://partner.example', 'm.store.test', 'refused'],
    ['https://evilpartner.example', 'm.store.test', 'refused'],
    ['http://dev.example:3000', 'm.store.test', 'allowed'],
    ['http://dev.example', 'm.store.test', 'refused'],
    ['https://shop.example', undefined, 'allowed'],
    // What is no origin.
    ['null', 'm.store.test', 'refused'],
    ['', 'm.store.test', 'refused'],
    ['https://m.store.test/', 'm.store.test', 'refused'],
    ['https://m.store.test, https://evil.test', 'm.store.test', 'refused'],
    ['https://user@m.store.test', 'm.store.test', 'refused'],
    ['file://', 'm.store.test', 'refused'],
    ['chrome-extension://m.store.test', 'm.store.test', 'refused'],
    [undefined, 'm.store.test', 'refused'],
  ])('%s at %s: %s', (origin, hostname, expected) => {
    const verdict = judgeOrigin({ origin, hostname, fetchSite: undefined }, RULES);
    const got = verdict.allowed ? (verdict.sameSite ? 'same site' : 'allowed') : 'refused';
    expect(got).toBe(expected);
  });

  test.each([
    ['same-origin', true],
    ['same-site', false],
    ['cross-site', false],
    ['none', false],
  ])('without Origin, Sec-Fetch-Site %s: %s', (fetchSite, allowed) => {
    expect(judgeOrigin({ origin: undefined, hostname: 'm.store.test', fetchSite }, RULES).allowed).toBe(
      allowed,
    );
  });

  test('Sec-Fetch-Site does not help an origin that is refused', () => {
    const facts = { origin: 'null', hostname: 'm.store.test', fetchSite: 'same-origin' };
    expect(judgeOrigin(facts, RULES)).toEqual({ allowed: false });
  });
});

test('registrableDomain is undefined where a cookie can only be for the host itself', () => {
  expect(['a.shop.co.uk', 'shop.github.io'].map(registrableDomain)).toEqual(['shop.co.uk', 'shop.github.io']);
  for (const host of ['localhost', '127.0.0.1', '[::1]', 'intranet', 'github.io', 'co.uk']) {
    expect(registrableDomain(host), host).toBeUndefined();
  }
});
