import { describe, expect, test } from 'vitest';
import { scrubId, scrubText, scrubUrl } from './scrub.ts';

/** Recognised in free text; in an id each of them may be an order number. */
const WRITTEN: [text: string, scrubbed: string][] = [
  ['call 425-555-1234 today', 'call removed today'],
  ['425.555.1234', 'removed'],
  ['425 555 1234', 'removed'],
  ['0049 151 12345678', 'removed'],
  ['0044 (0)20 7946 0958', 'removed'],
];

/** Recognised where the site has said in which country its visitors dial. */
const DIALLED: [country: string, text: string, scrubbed: string][] = [
  ['DE', 'Ruf 0151 12345678 an', 'Ruf removed an'],
  ['DE', '015112345678', 'removed'],
  ['DE', '030/901820', 'removed'],
  ['DE', '(030) 901820', 'removed'],
  ['GB', '020 7946 0958', 'removed'],
  ['FR', '06 12 34 56 78', 'removed'],
  ['NL', '020-1234567', 'removed'],
];

/** Numbers of a shop, in free text with a country set. */
const KEPT = [
  '4006381333931',
  '0012345678905',
  '00012345678905',
  '978-3-16-148410-0',
  '2026-10-14 10:00:00',
  '14.10.2026',
  '01.02.2026 - 28.02.2026',
  '1.234.567,89 EUR',
  '1 234 567 890',
  '100-200-3000',
  '123-456-7890',
  'INV-425-555-1234',
  '425-555-1234-5',
  '2026-0123-4567',
  'A0151-12345678',
  '1790853600000',
  '302-1234567-1234567',
  'DE123456789',
  '192.168.100.200',
  '52.5200, 13.4050',
  '7c1d9a52-4f0e-4c1b-8a77-2b6f7d0e5a90',
];

describe('phone numbers', () => {
  test.each(WRITTEN)('%j becomes %j in text, and stays in an id', (text, scrubbed) => {
    expect(scrubText(text)).toBe(scrubbed);
    expect(scrubId(text)).toBe(text);
  });

  test.each(DIALLED)('dialled in %s: %j becomes %j', (country, text, scrubbed) => {
    expect(scrubText(text, country)).toBe(scrubbed);
    expect(scrubText(text)).toBe(text);
    expect(scrubId(text)).toBe(text);
  });

  test.each(KEPT)('%j stays', (text) => {
    for (const country of ['DE', 'US', 'GB', 'FR']) expect(scrubText(text, country)).toBe(text);
  });

  test.each([
    ['tel:015112345678', 'tel:removed'],
    ['SMS:425 555 1234', 'SMS:removed'],
    ['tel%3A030901820', 'tel%3Aremoved'],
  ])('%j becomes %j', (text, scrubbed) => expect(scrubText(text)).toBe(scrubbed));

  test.each([
    ['https://s.example/?q=0151+12345678', 'https://s.example/?q=removed'],
    ['https://s.example/suche?s=015112345678', 'https://s.example/suche?s=removed'],
    ['https://s.example/?ean=015112345678', 'https://s.example/?ean=015112345678'],
    ['https://s.example/p/0151-12345678', 'https://s.example/p/0151-12345678'],
  ])('in an address, dialled in DE: %j becomes %j', (url, scrubbed) => {
    expect(scrubUrl(url, 'DE')).toBe(scrubbed);
  });
});
