import { expect, test } from 'vitest';
import { cutText } from './cut-text.ts';

test.each([
  ['what is short enough', 'abcde', 'abcde'],
  ['what is too long', 'abcdef', 'abcd…'],
  ['an emoji at the cut', 'abc😀f', 'abc…'],
  ['an emoji before the cut', 'ab😀ef', 'ab😀…'],
])('%s', (_, text, expected) => {
  expect(cutText(text, 5)).toBe(expected);
});
