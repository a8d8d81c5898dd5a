import { expect, test } from 'vitest';
import { resolveConfig } from '../config/resolve.ts';
import { countWaiting, startSummary } from './summary.ts';

const SECRETS = {
  UET_CAPI_TOKEN: 'secret-token',
  UET_CAPI_SERVER_KEY: 'secret-key',
  UET_CAPI_ADMIN_TOKEN: 'secret-admin',
  UET_CAPI_DEVELOPER_TOKEN: 'secret-developer',
  UET_CAPI_CLIENT_SECRET: 'secret-client',
  UET_CAPI_ENDPOINT: 'https://proxy.example/secret-path',
};

function summary(env: Record<string, string>): string {
  const resolved = resolveConfig({ tagId: '12345678' }, env);
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  return JSON.stringify(startSummary(resolved.config));
}

test('says what runs, and no key', () => {
  const said = summary(SECRETS);
  expect(said).not.toContain('secret');
  expect(JSON.parse(said)).toMatchObject({
    metrics: 'token',
    sites: [{ tagId: '12345678', mode: 'live', endpoint: 'https://proxy.example', serverRoutes: 'open' }],
  });
});

test('says which routes nobody can use for want of a key', () => {
  expect(JSON.parse(summary({ UET_CAPI_TOKEN: 'x' }))).toMatchObject({
    metrics: 'closed',
    sites: [{ serverRoutes: 'closed' }],
  });
});

test('what waits is what is held, pending or leased', () => {
  const states = ['held', 'pending', 'leased', 'accepted', 'skipped', 'dead'] as const;
  const counts = states.map((state, index) => ({ site: 's', destination: 'd', state, count: 10 ** index }));
  expect(countWaiting(counts)).toBe(111);
});
