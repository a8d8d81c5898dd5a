import { describe, expect, test } from 'vitest';
import { resolveConfig } from './resolve.ts';

type Env = Record<string, string | undefined>;

const ENV: Env = { UET_CAPI_TOKEN: 'token-of-the-tag' };
const SHOP = { tagId: '1' };

function problems(input: unknown, env: Env = {}): [path: string, message: string][] {
  const resolved = resolveConfig(input, { ...ENV, ...env });
  return 'problems' in resolved ? resolved.problems.map(({ path, message }) => [path, message]) : [];
}

const UNKNOWN = 'is no setting: correct its spelling or remove it; docs/configuration.md shows all settings';
const SECRET =
  'is no setting: secrets come from the environment only; name the variable with tokenEnv or serverKeyEnv';
const ORIGIN = 'must be an origin such as https://shop.example or https://*.shop.example';
const SEGMENT = 'must be one path segment of letters, digits, ".", "-" and "_"';
const TAKEN = (name: string) => `"${name}" is a route of the collector: choose another name`;
const TAG_ID = 'must be the numeric id of a UET tag';
const LEAD = { event: 'lead', goal: 'Lead', kind: 'offline' };
const FED = { ...SHOP, goals: [LEAD] };
const ADS: Env = {
  UET_CAPI_CLIENT_ID: 'app',
  UET_CAPI_DEVELOPER_TOKEN: 'developer',
  UET_CAPI_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
};
const NEEDED = (what: string) => `is not set, and \`goals\` need it: ${what}`;
const MAKE_KEY = 'make 32 random bytes in base64, for example with openssl rand -base64 32';
const READER = { name: 'agency', tokenEnv: 'READ_TOKEN' };
const SAME_TOKEN = 'holds the same as another token: each needs its own';
const two = (a: object, b: object) => ({
  sites: [
    { id: 'a', tagId: '1', ...a },
    { id: 'b', tagId: '2', ...b },
  ],
});

describe('a wrong setting: the path, and what is to be done', () => {
  test.each<[input: unknown, path: string, message: string, env?: Env]>([
    ...[null, undefined, {}].map((input): [unknown, string, string] => [
      input,
      'tagId',
      'must be the numeric id of the UET tag as a string; set it here or as UET_CAPI_TAG_ID',
    ]),
    ...['x', 5, [], () => {}].map((input): [unknown, string, string] => [
      input,
      '',
      'the config must be an object',
    ]),
    [
      { tagId: 1 },
      'tagId',
      'must be the numeric id of the UET tag as a string; set it here or as UET_CAPI_TAG_ID',
    ],
    [{ tagId: 'UA-1' }, 'tagId', TAG_ID],
    [{}, 'UET_CAPI_TAG_ID', TAG_ID, { UET_CAPI_TAG_ID: 'x' }],
    [{ ...SHOP, port: '80' }, 'port', 'must be a number'],
    [{ ...SHOP, port: 1.5 }, 'port', 'must be a whole number'],
    [{ ...SHOP, port: 65_536 }, 'port', 'must be at most 65535'],
    [SHOP, 'UET_CAPI_PORT', 'must be a number', { UET_CAPI_PORT: '80a' }],
    [SHOP, 'UET_CAPI_PORT', 'must be at most 65535', { UET_CAPI_PORT: '99999' }],
    [{ ...SHOP, host: '' }, 'host', 'must not be empty'],
    [{ ...SHOP, mode: 'Live' }, 'mode', 'must be one of: live, shadow, test'],
    [SHOP, 'UET_CAPI_MODE', 'must be one of: live, shadow, test', { UET_CAPI_MODE: 'production' }],
    [{ ...SHOP, endpoint: 'capi.uet.microsoft.com' }, 'endpoint', 'must be an http(s) URL'],
    [SHOP, 'UET_CAPI_ENDPOINT', 'must be an http(s) URL', { UET_CAPI_ENDPOINT: 'ftp://x' }],
    ...['https://user@x', 'https://x/?a', 'https://x/#a'].map((endpoint): [unknown, string, string] => [
      { ...SHOP, endpoint },
      'endpoint',
      'must be a base URL: without user, query and fragment, which no request would carry',
    ]),
    ...['https://a.example', 'a.example:8080', 'a.example/path', '*', 'a.*', '', 'a b'].flatMap((host) =>
      [{ testHosts: [host] }, { filters: { hosts: [host] } }].map((setting): [unknown, string, string] => [
        { ...SHOP, ...setting },
        'testHosts' in setting ? 'testHosts[0]' : 'filters.hosts[0]',
        'must be a host such as localhost or *.staging.example, without https://, port and path',
      ]),
    ),
    ...['UET_CAPI_TOKEN', 'UET_CAPI_SERVER_KEY', 'UET_CAPI_ADMIN_TOKEN', 'UET_CAPI_DEVELOPER_TOKEN'].flatMap(
      (name) =>
        ['two words', 'schlüssel', 'a\nb'].map((secret): [unknown, string, string, Env] => [
          SHOP,
          name,
          'must be of letters, digits and signs of ASCII, without spaces: it is sent in a header',
          { [name]: secret },
        ]),
    ),
    [{ ...SHOP, delivery: { timeoutMs: 2 ** 31 } }, 'delivery.timeoutMs', 'must be at most 2147483647'],
    [{ ...SHOP, stopDelayMs: 2 ** 31 }, 'stopDelayMs', 'must be at most 2147483647'],
    [{ ...SHOP, origins: 'https://shop.example' }, 'origins', 'must be a list'],
    [{ ...SHOP, origins: ['https://shop.example/'] }, 'origins[0]', ORIGIN],
    [SHOP, 'UET_CAPI_ORIGINS', ORIGIN, { UET_CAPI_ORIGINS: 'shop.example' }],
    [{ ...SHOP, readTokens: [{ name: 'a' }] }, 'readTokens[0].tokenEnv', 'must be a text'],
    [{ ...SHOP, readTokens: [{ ...READER, sites: [] }] }, 'readTokens[0].sites', 'must not be empty'],
    [
      { ...SHOP, readTokens: [READER] },
      'READ_TOKEN',
      'is not set: it must hold the read-only token "agency" (setting readTokens); make one with openssl rand -hex 24',
    ],
    [
      { ...SHOP, readTokens: [READER] },
      'READ_TOKEN',
      SAME_TOKEN,
      { READ_TOKEN: 'secret', UET_CAPI_ADMIN_TOKEN: 'secret' },
    ],
    [
      { ...SHOP, readTokens: [READER, { name: 'other', tokenEnv: 'OTHER_TOKEN' }] },
      'OTHER_TOKEN',
      SAME_TOKEN,
      { READ_TOKEN: 'secret', OTHER_TOKEN: 'secret' },
    ],
    [
      FED,
      'ads.clientId',
      NEEDED('the application (client) id of your app registration'),
      { ...ADS, UET_CAPI_CLIENT_ID: undefined },
    ],
    [
      FED,
      'UET_CAPI_DEVELOPER_TOKEN',
      NEEDED('the developer token of Microsoft Advertising'),
      { ...ADS, UET_CAPI_DEVELOPER_TOKEN: undefined },
    ],
    [FED, 'UET_CAPI_ENCRYPTION_KEY', NEEDED(MAKE_KEY), { ...ADS, UET_CAPI_ENCRYPTION_KEY: undefined }],
    [
      SHOP,
      'UET_CAPI_ENCRYPTION_KEY',
      `must be 32 bytes in base64: ${MAKE_KEY}`,
      { UET_CAPI_ENCRYPTION_KEY: 'c2hvcnQ=' },
    ],
    [SHOP, 'UET_CAPI_ADS_URL', 'must be an http(s) URL', { UET_CAPI_ADS_URL: 'bingads' }],
    [{ ...SHOP, ads: { oauthUrl: 'x' } }, 'ads.oauthUrl', 'must be an http(s) URL'],
    [{ ...SHOP, ads: 'x' }, 'ads', 'must be an object'],
    [
      { ...SHOP, accountId: 'F1234ABC' },
      'accountId',
      'must be the numeric account id as a string, not the account number',
    ],
    [{ ...SHOP, goals: [{ ...LEAD, kind: 'both' }] }, 'goals[0].kind', 'must be one of: offline, online'],
    [{ ...SHOP, goals: [{ ...LEAD, value: -1 }] }, 'goals[0].value', 'must be at least 0'],
    [{ ...SHOP, holdMs: 0 }, 'holdMs', 'must be more than 0'],
    [{ ...SHOP, pageLoads: true }, 'pageLoads', 'must be one of: auto, always, never'],
    [{ ...SHOP, consent: 'granted' }, 'consent', 'must be an object'],
    [{ ...SHOP, consent: { default: 'yes' } }, 'consent.default', 'must be one of: granted, denied, region'],
    [{ ...SHOP, consent: { sources: ['tcf'] } }, 'consent.sources', UNKNOWN],
    [
      { ...SHOP, consent: { source: ['gtm'] } },
      'consent.source',
      "must be 'auto' or a list of uet, gcm, tcf, gpp, cmp",
    ],
    ...['shop', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '2001:db8::/129', ''].map(
      (range): [unknown, string, string] => [
        { ...SHOP, filters: { ips: [range] } },
        'filters.ips[0]',
        'must be an IP address or a CIDR range such as 203.0.113.0/24 or 2001:db8::/32',
      ],
    ),
    [{ ...SHOP, filters: { userAgents: [] } }, 'filters.userAgents', UNKNOWN],
    ...['filter', 'transform'].map((rule): [unknown, string, string] => [
      { ...SHOP, [rule]: '(event) => event' },
      rule,
      'must be a function: write it in a config file that is JavaScript or TypeScript',
    ]),
    [{ ...SHOP, phoneCountry: 'UK' }, 'phoneCountry', 'must be an ISO 3166 country code such as DE'],
    [{ ...SHOP, phoneCountry: 'de' }, 'phoneCountry', 'must be an ISO 3166 country code such as DE'],
    [
      { ...SHOP, eventNames: 'google' },
      'eventNames',
      "must be ga4, meta or segment, a list of these, or a map such as { 'Order Completed': 'purchase' }",
    ],
    [{ ...SHOP, tokenEnv: 'a-token' }, 'tokenEnv', 'must be the name of an environment variable'],
    [{ ...SHOP, token: 'a-token' }, 'token', SECRET],
    [{ ...SHOP, serverKey: 'a-key' }, 'serverKey', SECRET],
    [{ ...SHOP, tagid: '1' }, 'tagid', UNKNOWN],
    [{ ...SHOP, delivery: { batchMs: -1 } }, 'delivery.batchMs', 'must be at least 0'],
    [{ ...SHOP, delivery: { batch: 1 } }, 'delivery.batch', UNKNOWN],
    [{ ...SHOP, retention: { contentDays: 91 } }, 'retention.contentDays', 'must be at most 90'],
    [
      { ...SHOP, retention: { contentDays: 30, keyDays: 29 } },
      'retention.keyDays',
      'must be at least as long as content is kept',
    ],
    ...['chat.example/hook', 'file:///hook'].map((hook): [unknown, string, string, Env] => [
      { ...SHOP, alerts: { webhookEnv: 'HOOK' } },
      'HOOK',
      'must be the http(s) URL that alerts are posted to',
      { HOOK: hook },
    ]),
    ...['password', `whsec_${'a'.repeat(10)}`].map((key): [unknown, string, string, Env] => [
      SHOP,
      'UET_CAPI_ALERT_SECRET',
      'must be whsec_ and 24 to 64 random bytes in base64: printf whsec_; openssl rand -base64 32',
      { UET_CAPI_ALERT_SECRET: key },
    ]),
    ...[{}, 'cloudflare', { hops: 1, trustedProxies: ['loopback'] }].map(
      (clientAddress): [unknown, string, string] => [
        { ...SHOP, clientAddress },
        'clientAddress',
        "must be { trustedProxies: ['10.0.0.0/8'], header: 'x-real-ip' } (the header may be left out) or { hops: 1 } (1 to 10)",
      ],
    ),
    [{ ...SHOP, clientAddress: { hops: 0 } }, 'clientAddress.hops', 'must be at least 1'],
    [
      { ...SHOP, clientAddress: { trustedProxies: ['my-proxy'] } },
      'clientAddress.trustedProxies[0]',
      'must be an IP address, a CIDR range such as 10.0.0.0/8, or loopback, linklocal, uniquelocal',
    ],
    ...['a/b', '', '.', '..', 'ä'].map((script): [unknown, string, string] => [
      { ...SHOP, routes: { script } },
      'routes.script',
      SEGMENT,
    ]),
    [{ ...SHOP, routes: { events: 'v1' } }, 'routes.events', TAKEN('v1')],
    [
      { ...SHOP, routes: { image: 'e' } },
      'routes.image',
      '"e" is the name of another route: each needs its own',
    ],
    [{ sites: {} }, 'sites', 'must be a list of one site or more'],
    [{ sites: [] }, 'sites', 'must be a list of one site or more'],
    [{ sites: ['a'] }, 'sites[0]', 'must be an object'],
    [{ sites: [null] }, 'sites[0]', 'must be an object'],
    [{ sites: [{ tagId: '1' }] }, 'sites[0].id', 'must be a text'],
    [{ id: 'a', sites: [{ id: 'b', tagId: '1' }] }, 'id', UNKNOWN],
    [{ sites: [{ id: 'a', tagId: '1', port: 1 }] }, 'sites[0].port', UNKNOWN],
    [two({}, { tagId: 'x' }), 'sites[1].tagId', TAG_ID],
    [two({}, { tagId: '1' }), 'sites[1].tagId', '"1" is used by another site: each needs its own'],
    [two({}, { id: 'a' }), 'sites[1].id', '"a" is used by another site: each needs its own'],
    [two({ id: 'healthz' }, {}), 'sites[0].id', TAKEN('healthz')],
    ...['UET_CAPI_TAG_ID', 'UET_CAPI_ORIGINS'].map((name): [unknown, string, string, Env] => [
      two({}, {}),
      name,
      'is for one site; this config has several: unset it and write the setting into each site',
      { [name]: name === 'UET_CAPI_TAG_ID' ? '3' : 'https://shop.example' },
    ]),
    ...['mysql://user:secret@db/x', 'db/x', 'postgres://user:pass word/@db:x/'].map(
      (url): [unknown, string, string, Env] => [
        SHOP,
        'UET_CAPI_DATABASE_URL',
        'must be postgres://user:password@host:port/database, with special characters of the password as %40: ' +
          'correct it, or unset it to keep events in UET_CAPI_DATA_DIR',
        { UET_CAPI_DATABASE_URL: url },
      ],
    ),
  ])('%j', (input, path, message, env) => {
    expect(problems(input, env)).toEqual([[path, message]]);
  });

  test('a live tag without its token', () => {
    const [[path, message] = []] = problems({ ...SHOP, tokenEnv: 'SHOP_TOKEN' });
    expect(path).toBe('SHOP_TOKEN');
    expect(message).toMatch(/^is not set: .* UET tag 1 .*Copy token.*UET_CAPI_MODE=shadow$/);
  });

  test.each(['shadow', 'test'])('mode %s needs no token', (mode) => {
    expect(problems({ ...SHOP, mode }, { UET_CAPI_TOKEN: undefined })).toEqual([]);
  });

  test('everything at once', () => {
    const input = { port: -1, delivery: { probeMs: 0 }, ...two({ mode: 'x' }, { holdMs: '1' }) };
    expect(problems(input, { UET_CAPI_HOST: 'h', UET_CAPI_TAG_ID: '3' }).map(([path]) => path)).toEqual([
      'UET_CAPI_TAG_ID',
      'port',
      'delivery.probeMs',
      'sites[0].mode',
      'sites[1].holdMs',
    ]);
  });
});

describe('secrets', () => {
  test('never stand in a problem', () => {
    const input = { ...SHOP, token: 's3cret', tokenEnv: 's3cret', mode: 's3cret', port: 's3cret', s3: 1 };
    const env = {
      UET_CAPI_SERVER_KEY: 's3cret',
      UET_CAPI_DATABASE_URL: 's3cret',
      UET_CAPI_ENDPOINT: 's3cret',
    };
    const found = problems(input, env);
    expect(found.length).toBeGreaterThan(4);
    expect(JSON.stringify(found)).not.toContain('s3cret');
  });
});
