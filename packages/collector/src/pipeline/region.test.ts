import { expect, test } from 'vitest';
import { asksForConsent } from './region.ts';

test.each([
  ['DE', true],
  ['NO', true],
  ['GB', true],
  ['CH', true],
  [undefined, true],
  ['US', false],
  ['TR', false],
  ['RS', false],
])('%s: %s', (country, expected) => {
  expect(asksForConsent(country)).toBe(expected);
});
