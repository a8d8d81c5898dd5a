import { expect, test } from 'vitest';
import { resolveConfig } from './resolve.ts';
import { unusedVariables } from './unused-variables.ts';

const ENV = { UET_CAPI_TAG_ID: '1', UET_CAPI_TOKEN: 'token' };

function unused(env: Record<string, string>, input: object = {}): string[] {
  const resolved = resolveConfig(input, { ...ENV, ...env });
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  return unusedVariables({ ...ENV, ...env }, resolved.config).map(
    ({ path, message }) => `${path} ${message}`,
  );
}

test('every variable that is read has an effect, and so has what the config names', () => {
  expect(
    unused({
      UET_CAPI_HOST: 'localhost',
      UET_CAPI_PORT: '1',
      UET_CAPI_DATA_DIR: 'x',
      UET_CAPI_DATABASE_URL: 'postgres://db/x',
      UET_CAPI_LOG_LEVEL: 'warn',
      UET_CAPI_ORIGINS: 'https://shop.example',
      UET_CAPI_ENDPOINT: 'https://capi.example',
      UET_CAPI_MODE: 'live',
      UET_CAPI_CONFIG: 'file.json',
      UET_CAPI_SERVER_KEY: 'key',
      UET_CAPI_ADMIN_TOKEN: 'key',
      UET_CAPI_CUSTOMER_ID: '1',
      UET_CAPI_ACCOUNT_ID: '1',
      UET_CAPI_CLIENT_ID: 'app',
      UET_CAPI_CLIENT_SECRET: 'secret',
      UET_CAPI_DEVELOPER_TOKEN: 'token',
      UET_CAPI_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
      UET_CAPI_OAUTH_URL: 'https://sign-in.example',
      UET_CAPI_ADS_URL: 'https://ads.example',
      PATH: '/bin',
    }),
  ).toEqual([]);
  const readTokens = [{ name: 'agency', tokenEnv: 'UET_CAPI_AGENCY_TOKEN' }];
  expect(unused({ UET_CAPI_AGENCY_TOKEN: 'token' }, { readTokens })).toEqual([]);
  expect(unused({ UET_CAPI_SHOP: 'token' }, { tokenEnv: 'UET_CAPI_SHOP' })).toEqual([
    expect.stringMatching(/^UET_CAPI_TOKEN has no effect/),
  ]);
});

test('what is misspelt is named, without its value; blank is not set', () => {
  const told = unused({ UET_CAPI_DATADIR: '/srv', uet_capi_token: 'secret', UET_CAPI_X: ' ' });
  expect(told).toEqual([
    expect.stringMatching(/^UET_CAPI_DATADIR has no effect: correct its spelling/),
    expect.stringMatching(/^uet_capi_token has no effect/),
  ]);
});
