import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Config } from './config.ts';
import { resolveConfig } from './resolve.ts';

type Env = Record<string, string | undefined>;

const ENV: Env = { UET_CAPI_TOKEN: 'token-of-the-tag' };
const SHOP = { tagId: '1' };

function config(input: unknown, env: Env = {}): Config {
  const resolved = resolveConfig(input, { ...ENV, ...env });
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  return resolved.config;
}

describe('the one-site case needs the environment alone', () => {
  test('two variables', () => {
    const { sites, ...collector } = config(undefined, { UET_CAPI_TAG_ID: '12345678' });
    expect(sites).toMatchObject([
      { id: 'site', tagId: '12345678', token: 'token-of-the-tag', serverKey: undefined, mode: 'live' },
    ]);
    expect(collector).toMatchObject({ host: '127.0.0.1', port: 8080, dataDir: './.uet-capi' });
  });

  test('all of them', () => {
    const { sites, ...collector } = config(
      {},
      {
        UET_CAPI_TAG_ID: '12345678',
        UET_CAPI_ENDPOINT: 'http://127.0.0.1:8787',
        UET_CAPI_HOST: '0.0.0.0',
        UET_CAPI_PORT: '0',
        UET_CAPI_DATA_DIR: '/var/lib/uet-capi',
        UET_CAPI_ORIGINS: 'https://shop.example, https://*.shop.example,',
        UET_CAPI_SERVER_KEY: 'key',
        UET_CAPI_MODE: 'shadow',
      },
    );
    expect(sites).toMatchObject([
      {
        tagId: '12345678',
        endpoint: 'http://127.0.0.1:8787',
        origins: ['https://shop.example', 'https://*.shop.example'],
        serverKey: 'key',
        mode: 'shadow',
      },
    ]);
    expect(collector).toMatchObject({ host: '0.0.0.0', port: 0, dataDir: '/var/lib/uet-capi' });
  });

  test('the Microsoft Advertising API', () => {
    const key = Buffer.alloc(32, 7);
    const { sites, ads } = config(
      { goals: [{ event: 'lead', goal: 'Lead', kind: 'offline' }] },
      {
        UET_CAPI_TAG_ID: '12345678',
        UET_CAPI_CUSTOMER_ID: '1',
        UET_CAPI_ACCOUNT_ID: '2',
        UET_CAPI_DEVELOPER_TOKEN: 'developer',
        UET_CAPI_CLIENT_ID: 'app',
        UET_CAPI_CLIENT_SECRET: 'secret',
        UET_CAPI_ENCRYPTION_KEY: key.toString('base64'),
        UET_CAPI_OAUTH_URL: 'http://127.0.0.1:8787',
        UET_CAPI_ADS_URL: 'http://127.0.0.1:8788',
      },
    );
    expect(sites).toMatchObject([
      { customerId: '1', accountId: '2', goals: [{ send: 'all', enabled: true, value: 'event' }] },
    ]);
    expect(ads).toMatchObject({
      clientId: 'app',
      clientSecret: 'secret',
      developerToken: 'developer',
      encryptionKey: key,
      oauthUrl: 'http://127.0.0.1:8787',
      url: 'http://127.0.0.1:8788',
    });
  });

  test('blank is not set', () => {
    const env = { UET_CAPI_TAG_ID: '2', UET_CAPI_PORT: '', UET_CAPI_MODE: ' ', UET_CAPI_SERVER_KEY: '' };
    expect(config({ port: 1, mode: 'shadow' }, env)).toMatchObject({
      port: 1,
      sites: [{ mode: 'shadow', serverKey: undefined }],
    });
  });

  test('a line end behind a secret is no part of it', () => {
    expect(config(SHOP, { UET_CAPI_TOKEN: 'abc\n' }).sites[0]?.token).toBe('abc');
  });
});

describe('the environment lies over the file', () => {
  test('setting by setting', () => {
    const file = {
      tagId: '1',
      host: 'a',
      port: 1,
      mode: 'shadow',
      origins: ['https://a.example'],
      id: 'shop',
    };
    const env = { UET_CAPI_TAG_ID: '2', UET_CAPI_PORT: '2', UET_CAPI_ORIGINS: 'https://b.example' };
    expect(config(file, env)).toMatchObject({
      host: 'a',
      port: 2,
      sites: [{ id: 'shop', tagId: '2', mode: 'shadow', origins: ['https://b.example'] }],
    });
  });

  test('also over a list of one site', () => {
    expect(config({ sites: [{ id: 'a', tagId: '1' }] }, { UET_CAPI_TAG_ID: '2' }).sites[0]?.tagId).toBe('2');
  });
});

describe('several sites', () => {
  const sites = [
    { id: 'a', tagId: '1', tokenEnv: 'TOKEN_A', serverKeyEnv: 'KEY_A' },
    { id: 'b', tagId: '2', tokenEnv: 'TOKEN_B', mode: 'shadow' },
  ];

  test('each with its own secrets, from the variables that it names', () => {
    const env = { TOKEN_A: 'a', TOKEN_B: 'b', KEY_A: 'ka', UET_CAPI_SERVER_KEY: 'k' };
    expect(config({ sites }, env).sites).toMatchObject([
      { id: 'a', token: 'a', serverKey: 'ka', mode: 'live' },
      { id: 'b', token: 'b', serverKey: 'k', mode: 'shadow' },
    ]);
  });

  test('the top level holds their defaults', () => {
    const top = {
      holdMs: 5,
      consent: { whenDenied: 'anonymous', waitMs: 7 },
      filters: { ips: ['203.0.113.7'], names: ['scroll'] },
    };
    const [a, b] = config({
      ...top,
      sites: [
        { id: 'a', tagId: '1', consent: { default: 'granted', waitMs: 9 }, filters: { names: [] } },
        { id: 'b', tagId: '2', holdMs: 6 },
      ],
    }).sites;
    expect(a).toMatchObject({
      holdMs: 5,
      consent: { whenDenied: 'anonymous', waitMs: 9, default: 'granted', server: 'granted' },
      filters: { ips: ['203.0.113.7'], names: [] },
    });
    expect(b).toMatchObject({
      holdMs: 6,
      consent: { whenDenied: 'anonymous', waitMs: 7, default: 'region' },
    });
  });

  test('mode of all', () => {
    expect(config({ sites }, { UET_CAPI_MODE: 'test' }).sites.map(({ mode }) => mode)).toEqual([
      'test',
      'test',
    ]);
  });
});

describe('whatever comes in', () => {
  const value = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true });
  const names = [
    'tagId',
    'port',
    'mode',
    'origins',
    'consent',
    'sites',
    'eventNames',
    'clientAddress',
    'delivery',
    'id',
  ];

  test('is a config or problems with a text, never an exception', () => {
    const input = fc.oneof(value, fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value));
    const env = fc.dictionary(
      fc.constantFrom('UET_CAPI_PORT', 'UET_CAPI_ORIGINS', 'UET_CAPI_TAG_ID'),
      fc.string(),
    );
    fc.assert(
      fc.property(input, env, (settings, variables) => {
        const resolved = resolveConfig(settings, variables);
        if ('config' in resolved) expect(resolved.config.sites.length).toBeGreaterThan(0);
        else for (const { message } of resolved.problems) expect(message).toMatch(/\S/);
      }),
      { numRuns: 500 },
    );
  });
});
