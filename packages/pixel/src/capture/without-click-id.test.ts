import { expect, test } from 'vitest';
import { withoutClickId } from './without-click-id.ts';

test.each([
  ['https://a.b/?msclkid=1', 'https://a.b/'],
  ['https://a.b/?x=1&MSCLKID=1', 'https://a.b/?x=1'],
  ['https://a.b/?msclkid=1&x=1#top', 'https://a.b/?x=1#top'],
  ['https://a.b/?x=1&msclkid=1&y=2', 'https://a.b/?x=1&y=2'],
  ['https://a.b/?msclkid=1#top', 'https://a.b/#top'],
  ['https://a.b/?msclkid=1&msclkid=2', 'https://a.b/'],
  ['https://a.b/?x=1&msclkid=1&msclkid=2&y=2#z', 'https://a.b/?x=1&y=2#z'],
  ['https://a.b/#msclkid=1', 'https://a.b/'],
  ['https://a.b/?msclkid=1#msclkid=2&y=2', 'https://a.b/#y=2'],
  ['https://a.b/#/cart?msclkid=1&x=1', 'https://a.b/#/cart?x=1'],
  ['https://a.b/#/cart?msclkid=1', 'https://a.b/#/cart'],
  ['https://a.b/?x&&y=1#', 'https://a.b/?x&&y=1#'],
  ['https://a.b/?xmsclkid=1', 'https://a.b/?xmsclkid=1'],
  ['', ''],
])('%s', (url, expected) => {
  expect(withoutClickId(url, ['msclkid'])).toBe(expected);
});
