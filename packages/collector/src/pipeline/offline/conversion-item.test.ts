import { expect, test } from 'vitest';
import { asWritten } from './conversion-item.ts';

test.each([
  ['as auto-tagging writes it', '292049a17e2413e3a4081719e839afe6', '292049a17e2413e3a4081719e839afe6'],
  ['as it is remembered', '292049a1-7e24-13e3-a408-1719e839afe6', '292049a17e2413e3a4081719e839afe6'],
  ['copied from elsewhere', '292049A1-7E24-13E3-A408-1719E839AFE6', '292049A17E2413E3A4081719E839AFE6'],
  ['in upper case', '292049A17E2413E3A4081719E839AFE6', '292049A17E2413E3A4081719E839AFE6'],
  ['of another length', 'cdd4afcccb1c9a4cad9544dd7e500', 'cdd4afcccb1c9a4cad9544dd7e500'],
  ['of another form', 'cdd4afcc-cb1c-9a4c-ad95-44dd7e500', 'cdd4afcc-cb1c-9a4c-ad95-44dd7e500'],
])('a click id is uploaded without the dashes of a UUID: %s', (_, known, uploaded) => {
  expect(asWritten(known)).toBe(uploaded);
});
