import { expect, test } from 'vitest';
import { checkAddress, checkCertificate } from './public-address.ts';

const NOW = 1_790_000_000_000;
const DAY_MS = 86_400_000;

test.each([
  ['https://shop.example/m/', [], 'ok', undefined],
  ['https://www.shop.example/m/', ['https://shop.example', 'https://*.shop.example'], 'ok', undefined],
  ['http://localhost:3000/m/', [], 'ok', undefined],
  ['http://shop.example/m/', [], 'problem', /over https/],
  ['https://collector.example/m/', ['https://shop.example'], 'warning', /path or a subdomain/],
  ['https://a.github.io/', ['https://b.github.io'], 'warning', /path or a subdomain/],
  ['https://shop.example/capi/', [], 'warning', /neutral path/],
  ['https://tracking.shop.example/', [], 'warning', /neutral path/],
  // A part of a longer word is none.
  ['https://adventure.example/stage/', [], 'ok', undefined],
])('%s for %j: %s', (address, origins, status, next) => {
  const finding = checkAddress(new URL(address), origins);
  expect(finding.status).toBe(status);
  if (next) expect(finding.next).toMatch(next);
});

test.each([
  [90, 'ok'],
  [14, 'ok'],
  [13, 'warning'],
])('a certificate that ends in %i days: %s', (days, status) => {
  expect(checkCertificate('shop.example', NOW + days * DAY_MS, NOW)).toMatchObject([
    { status, what: expect.stringContaining(`${days} days`) },
  ]);
  expect(checkCertificate('shop.example', undefined, NOW)).toEqual([]);
});
