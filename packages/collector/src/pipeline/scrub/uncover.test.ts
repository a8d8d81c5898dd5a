import { describe, expect, test } from 'vitest';
import { scrubId, scrubText, scrubUrl } from './scrub.ts';

/** Identity that does not stand there openly, and what is left of the text. */
const HIDDEN_IN_TEXT: [what: string, text: string, scrubbed: string][] = [
  ['full-width', 'mail john＠contoso．com', 'mail removed'],
  ['small form', 'john﹫contoso.com', 'removed'],
  ['styled letters', '𝐣𝐨𝐡𝐧@contoso.com', 'removed'],
  ['styled domain', 'john@𝐜𝐨𝐧𝐭𝐨𝐬𝐨.com', 'removed'],
  ['zero-width space', 'john@con\u200btoso.com', 'removed'],
  ['soft hyphen', 'john\u00ad@contoso.com', 'removed'],
  ['HTML, decimal', 'john&#64;contoso.com', 'removed'],
  ['HTML, hexadecimal', 'john&#x40;contoso&#x2E;com', 'removed'],
  ['HTML, named', 'john&commat;contoso&period;com', 'removed'],
  ['HTML, escaped twice', 'john&amp;#64;contoso.com', 'removed'],
  ['script escape', 'john\\u0040contoso.com', 'removed'],
  ['script escape, short', 'john\\x40contoso.com', 'removed'],
  ['every letter percent-encoded', '%6A%6F%68%6E%40%63%6F%6E%74%6F%73%6F%2E%63%6F%6D', 'removed'],
  ['encoded dot', 'john%40contoso%2Ecom', 'removed'],
  ['encoded five times', 'john%2525252540contoso.com', 'removed'],
  ['full-width, percent-encoded', 'john%EF%BC%A0contoso.com', 'removed'],
  ['full-width number', '＋４９ １５１ １２３４５６７８', 'removed'],
  ['number with typographic dashes', 'call +49–151–12345678', 'call removed'],
  ['number with encoded digits', '%2B%34%39151%31%32%33%34%35678', 'removed'],
  ['base64', 'for am9obkBjb250b3NvLmNvbQ==', 'for removed'],
  ['base64 without padding', 'am9obkBjb250b3NvLmNvbQ', 'removed'],
  ['base64 of JSON', 'eyJlbWFpbCI6ImpvaG5AY29udG9zby5jb20ifQ', 'removed'],
  ['base64 of a number', 'KzQ5MTUxMTIzNDU2Nzg=', 'removed'],
];

const HIDDEN_IN_URLS: [what: string, url: string, scrubbed: string][] = [
  ['mailto', 'mailto:john@contoso.com', 'mailto:removed'],
  ['full-width', 'https://s.example/a?q=john%EF%BC%A0contoso.com&b=1', 'https://s.example/a?q=removed&b=1'],
  ['in a path', 'https://s.example/u/john%EF%BC%A0contoso%2Ecom/cart', 'https://s.example/u/removed/cart'],
  ['in a fragment', 'https://s.example/#e=john%40contoso%2Ecom', 'https://s.example/#e=removed'],
  ['HTML-escaped', 'https://s.example/?a=1&amp;e=john&#64;contoso.com', 'https://s.example/?a=1&e=removed'],
  ['base64', 'https://s.example/?u=am9obkBjb250b3NvLmNvbQ%3D%3D&b=1', 'https://s.example/?u=removed&b=1'],
  ['base64 in a path', 'https://s.example/u/am9obkBjb250b3NvLmNvbQ/x', 'https://s.example/u/removed/x'],
  [
    'an address in an address',
    'https://s.example/?back=https%3A%2F%2Fs.example%2F%3Fe%3Djohn%25EF%25BC%25A0contoso.com&b=1',
    'https://s.example/?back=removed&b=1',
  ],
  ['written number', 'https://s.example/?q=call+425-555-1234', 'https://s.example/?q=removed'],
];

/** Under a cover too there are things that are something else. */
const KEPT = [
  'Caf&eacute; &amp; Bar',
  'Größe 42 – blau',
  '𝐒𝐚𝐥𝐞 100045',
  '１００ %',
  '%E2%9C%93 4006381333931',
  '50%25+12345678',
  'C:\\users\\x40',
  'Zm9vYmFyYmF6cXV4',
  'internationalisation',
  'CamelCaseProductName',
  'EAIaIQobChMI-9rSgqvL5AIVFbvVCh1lTwDrEAAYASAAEgK',
  '292049a1-7e24-13e3-a408-1719e839afe6',
  'https://shop.example/s%C3%BC%C3%9Fes?q=a%26b%3Dc%20%2B%20d',
];

describe('what is hidden', () => {
  test.each(HIDDEN_IN_TEXT)('%s', (_, text, scrubbed) => {
    expect(scrubText(text)).toBe(scrubbed);
    expect(scrubId(text)).not.toBe(text);
  });

  test.each(HIDDEN_IN_URLS)('in an address: %s', (_, url, scrubbed) => expect(scrubUrl(url)).toBe(scrubbed));

  test.each(KEPT)('%j stays', (text) => {
    expect(scrubText(text, 'DE')).toBe(text);
    expect(scrubId(text)).toBe(text);
    expect(scrubUrl(text, 'DE')).toBe(text);
  });
});
