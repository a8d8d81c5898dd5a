import { expect, test } from 'vitest';
import { checkIgnored, checkProblems } from './settings.ts';

test('each setting that stops the start is a problem with its place', () => {
  expect(checkProblems([{ path: 'sites[1].tagId', message: 'must be the numeric id' }])).toEqual([
    expect.objectContaining({
      id: 'config',
      status: 'problem',
      what: 'sites[1].tagId: must be the numeric id.',
      next: expect.stringMatching(/docs\/configuration\.md/),
    }),
  ]);
});

test('changes of run time that cannot be used are told by site', () => {
  expect(checkIgnored([])).toEqual([]);
  const problems = [{ path: 'mode', message: 'must be one of: live, shadow, test' }];
  expect(checkIgnored([{ site: 'shop', problems }])).toEqual([
    expect.objectContaining({
      site: 'shop',
      status: 'problem',
      what: expect.stringContaining('mode must be one of'),
      next: expect.stringMatching(/Change it again/),
    }),
  ]);
  expect(checkIgnored('all')).toEqual([
    expect.objectContaining({ status: 'problem', next: expect.stringMatching(/Run that version/) }),
  ]);
});
