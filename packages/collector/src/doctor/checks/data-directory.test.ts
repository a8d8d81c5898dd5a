import { expect, test } from 'vitest';
import { checkDataDirectory, type DataDirectory, inspectDataDirectory } from './data-directory.ts';

const GOOD: DataDirectory = {
  path: '/var/lib/uet-capi',
  ephemeral: undefined,
  type: 0xef53, // ext4
  mode: 0o40700,
  freeBytes: 50e9,
  minFreeBytes: 1e8,
};

const judged = (given: Partial<DataDirectory>) =>
  checkDataDirectory({ ...GOOD, ...given }).map(({ id, status, next }) => ({ id, status, next }));

test('a local, lasting, private directory with room is in order', () => {
  expect(judged({})).toEqual([
    { id: 'data-dir', status: 'ok' },
    { id: 'disk', status: 'ok' },
  ]);
});

test.each([
  ['on NFS', { type: 0x6969 }, 'problem', /local disk/],
  ['on a Windows share', { type: 0xfe534d42 }, 'problem', /local disk/],
  ['in memory', { ephemeral: 'it lies in memory (tmpfs)' }, 'warning', /volume/],
  ['open to the group', { mode: 0o40750 }, 'warning', /chmod 700/],
] as const)('a directory %s', (_, given, status, next) => {
  expect(judged(given)[0]).toEqual({ id: 'data-dir', status, next: expect.stringMatching(next) });
});

test.each([
  ['less than the reserve', 9e7, 'problem', /Make room/],
  ['little more than the reserve', 9e8, 'warning', /retention/],
] as const)('a disk with %s', (_, freeBytes, status, next) => {
  expect(judged({ freeBytes })[1]).toEqual({ id: 'disk', status, next: expect.stringMatching(next) });
});

test('a disk that tells no size is no fault, and a directory that is not there is for the first start', async () => {
  expect(judged({ freeBytes: undefined })[1]?.status).toBe('ok');
  const none = await inspectDataDirectory('/no/such/directory', 0);
  expect(checkDataDirectory(none)).toEqual([
    expect.objectContaining({
      id: 'data-dir',
      status: 'skipped',
      what: expect.stringMatching(/first start/),
    }),
  ]);
});
