import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodeText } from './encoded-text.ts';

const TEXT = 'const größer = 1;';

test('every encoding holds the same text under its own tag', async () => {
  const [brotli, gzip, plain] = await encodeText(TEXT);
  expect(brotliDecompressSync(brotli!.body).toString()).toBe(TEXT);
  expect(gunzipSync(gzip!.body).toString()).toBe(TEXT);
  expect(plain!.body.toString()).toBe(TEXT);
  const other = await encodeText(`${TEXT} `);
  const tags = [brotli, gzip, plain, ...other].map((variant) => variant!.etag);
  expect(new Set(tags).size).toBe(6);
  for (const tag of tags) expect(tag).toMatch(/^"[\w-]+"$/);
});
