import { expect, test } from 'vitest';
import type { Incoming } from './exchange.ts';
import { ownAddress } from './own-address.ts';
import { incoming } from './testing/incoming.ts';

const FORWARDED = { host: 'inner:8080', 'x-forwarded-host': 'Shop.example', 'x-forwarded-proto': 'https' };

test.each<
  [what: string, Record<string, string>, Partial<Incoming>, trusted: boolean, ReturnType<typeof ownAddress>]
>([
  ['plain', { host: 'Shop.example:8080' }, {}, false, { hostname: 'shop.example', secure: false }],
  ['TLS', { host: 'shop.example' }, { encrypted: true }, false, { hostname: 'shop.example', secure: true }],
  ['HTTP/2', { ':authority': 'shop.example' }, {}, false, { hostname: 'shop.example', secure: false }],
  ['IPv6', { host: '[::1]:8080' }, {}, false, { hostname: '[::1]', secure: false }],
  ['forwarded', FORWARDED, {}, true, { hostname: 'shop.example', secure: true }],
  ['forwarded, not trusted', FORWARDED, {}, false, { hostname: 'inner', secure: false }],
  [
    'a chain',
    { 'x-forwarded-host': 'shop.example, inner', 'x-forwarded-proto': 'https, http' },
    {},
    true,
    { hostname: 'shop.example', secure: true },
  ],
  [
    'http outside',
    { host: 'a.test', 'x-forwarded-proto': 'http' },
    { encrypted: true },
    true,
    { hostname: 'a.test', secure: false },
  ],
  ['no host', {}, {}, false, { hostname: undefined, secure: false }],
  ['no host name', { host: 'a b' }, {}, false, { hostname: undefined, secure: false }],
])('%s', (_, headers, rest, trusted, expected) => {
  expect(ownAddress(incoming(headers, rest), () => trusted)).toEqual(expected);
});
