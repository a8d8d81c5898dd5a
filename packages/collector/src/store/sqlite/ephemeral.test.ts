import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Place, reasonAt, whyEphemeral } from './ephemeral.ts';

const EXT4 = 0xef53;
const DISK: Place = { type: EXT4, isTemporary: false, isInImage: false };

test.each<[string, Partial<Place>, RegExp | undefined]>([
  ['a disk', {}, undefined],
  ['memory', { type: 0x01021994 }, /memory/],
  ['the directory for temporary files', { isTemporary: true }, /temporary/],
  ['the layers of a container', { type: 0x794c7630 }, /on no volume/],
  ['a container on another storage driver', { isInImage: true }, /on no volume/],
])('%s', (_, place, reason) => {
  const found = reasonAt({ ...DISK, ...place });
  if (reason) expect(found).toMatch(reason);
  else expect(found).toBeUndefined();
});

test('looks at the real place', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'uet-capi-ephemeral-'));
  expect(await whyEphemeral(directory)).toMatch(/temporary|memory/);
  rmSync(directory, { recursive: true });
});
