import { expect, test } from 'vitest';
import { createBoundedLabels } from './bounded-labels.ts';

test('the first 50 codes have a value of their own, for good', () => {
  const labelOf = createBoundedLabels();
  const codes = Array.from({ length: 60 }, (_, index) => `Code${index}`);
  expect(codes.map(labelOf)).toEqual([...codes.slice(0, 50), ...Array(10).fill('other')]);
  expect(codes.map(labelOf), 'the same again').toEqual([...codes.slice(0, 50), ...Array(10).fill('other')]);
});

test.each([
  'ann@shop.example',
  'Field x of event 7 is wrong',
  '+49151234567',
  '',
  'a'.repeat(65),
  'line\nbreak',
])('what is no code is other: %j', (text) => {
  const labelOf = createBoundedLabels();
  expect(labelOf(text)).toBe('other');
  expect(labelOf('InvalidHash')).toBe('InvalidHash');
});
