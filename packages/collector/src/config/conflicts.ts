import { isSigningSecret } from '../alerts/signature.ts';
import type { Config, Site } from './config.ts';
import type { ConfigProblem } from './problems.ts';

/** First steps of paths that are taken: probes, server routes, and what operators open. */
const RESERVED = ['v1', 'healthz', 'readyz', 'metrics', 'admin'];

/** What is wrong with settings that are each fine by themselves. */
export function conflictsIn(config: Config): ConfigProblem[] {
  const { sites, rootSite, routes, retention } = config;
  const areNamed = sites.length > 1 || sites[0]?.id !== rootSite;
  return [
    ...sites.flatMap(missingToken),
    ...unsendable(config),
    ...repeated(sites, 'id'),
    ...repeated(sites, 'tagId'),
    ...(areNamed ? reserved(sites.map(({ id }, index) => [`sites[${index}].id`, id])) : []),
    ...reserved(Object.entries(routes).map(([name, route]) => [`routes.${name}`, route])),
    ...sameRoutes(Object.entries(routes)),
    ...missingAds(config),
    ...readTokenProblems(config),
    ...alertProblems(config),
    ...(retention.keyDays < Math.max(retention.acceptedDays, retention.failedDays, retention.skippedDays)
      ? [{ path: 'retention.keyDays', message: 'must be at least as long as content is kept' }]
      : []),
  ];
}

function missingToken({ mode, token, tokenEnv, tagId }: Site): ConfigProblem[] {
  if (mode !== 'live' || token !== undefined) return [];
  return [
    {
      path: tokenEnv,
      message:
        `is not set: it must hold the Conversions API token of UET tag ${tagId} ` +
        '(Microsoft Advertising: Conversions > UET tag > Use Conversions API > Copy token). ' +
        'To try things out without one, set UET_CAPI_MODE=shadow',
    },
  ];
}

/** What `Authorization: Bearer …` can carry from every client to every server. */
const BEARER = /^[\x21-\x7e]+$/;

/** With a space or an umlaut a key would be set, and open nothing. */
function unsendable({ sites, adminToken, adminTokenEnv, readTokens, ads }: Config): ConfigProblem[] {
  const secrets: [path: string, secret: string | undefined][] = [
    ...sites.flatMap(({ token, tokenEnv, serverKey, serverKeyEnv }): typeof secrets => [
      [tokenEnv, token],
      [serverKeyEnv, serverKey],
    ]),
    [adminTokenEnv, adminToken],
    ...readTokens.map(({ token, tokenEnv }): (typeof secrets)[number] => [tokenEnv, token]),
    [ads.developerTokenEnv, ads.developerToken],
  ];
  const wrong = secrets.flatMap(([path, secret]) =>
    secret === undefined || BEARER.test(secret) ? [] : [path],
  );
  const message = 'must be of letters, digits and signs of ASCII, without spaces: it is sent in a header';
  return [...new Set(wrong)].map((path) => ({ path, message }));
}

/** Bytes of an AES-256 key. */
const ENCRYPTION_KEY_BYTES = 32;

/** What the Microsoft Advertising API needs as soon as a goal is to be fed. */
function missingAds({ sites, ads }: Config): ConfigProblem[] {
  const isFed = sites.some(({ mode, goals }) => mode === 'live' && goals.some(({ enabled }) => enabled));
  const need = (value: unknown, path: string, remedy: string) =>
    isFed && value === undefined ? [{ path, message: `is not set, and \`goals\` need it: ${remedy}` }] : [];
  const makeKey = 'make 32 random bytes in base64, for example with openssl rand -base64 32';
  return [
    ...need(ads.clientId, 'ads.clientId', 'the application (client) id of your app registration'),
    ...need(ads.developerToken, ads.developerTokenEnv, 'the developer token of Microsoft Advertising'),
    ...need(ads.encryptionKey, ads.encryptionKeyEnv, makeKey),
    ...(ads.encryptionKey && ads.encryptionKey.length !== ENCRYPTION_KEY_BYTES
      ? [{ path: ads.encryptionKeyEnv, message: `must be 32 bytes in base64: ${makeKey}` }]
      : []),
  ];
}

/** A token that two have in common would give one of them what only the other may do. */
function readTokenProblems({ readTokens, adminToken }: Config): ConfigProblem[] {
  const tokens = readTokens.map(({ token }) => token);
  return readTokens.flatMap(({ token, tokenEnv, name }, index) => {
    if (token === undefined) {
      const message = `is not set: it must hold the read-only token "${name}" (setting readTokens); make one with openssl rand -hex 24`;
      return [{ path: tokenEnv, message }];
    }
    return token === adminToken || tokens.indexOf(token) !== index
      ? [{ path: tokenEnv, message: 'holds the same as another token: each needs its own' }]
      : [];
  });
}

function alertProblems({ alerts: { webhook, webhookEnv, secret, secretEnv } }: Config): ConfigProblem[] {
  const isAddress = webhook === undefined || /^https?:$/.test(URL.parse(webhook)?.protocol ?? '');
  const isKey = secret === undefined || isSigningSecret(secret);
  return [
    ...(isAddress
      ? []
      : [{ path: webhookEnv, message: 'must be the http(s) URL that alerts are posted to' }]),
    ...(isKey
      ? []
      : [
          {
            path: secretEnv,
            message:
              'must be whsec_ and 24 to 64 random bytes in base64: printf whsec_; openssl rand -base64 32',
          },
        ]),
  ];
}

function repeated(sites: readonly Site[], key: 'id' | 'tagId'): ConfigProblem[] {
  const values = sites.map((site) => site[key]);
  return values.flatMap((value, index) =>
    values.indexOf(value) === index
      ? []
      : [
          {
            path: `sites[${index}].${key}`,
            message: `"${value}" is used by another site: each needs its own`,
          },
        ],
  );
}

function reserved(names: [path: string, name: string][]): ConfigProblem[] {
  return names
    .filter(([, name]) => RESERVED.includes(name))
    .map(([path, name]) => ({ path, message: `"${name}" is a route of the collector: choose another name` }));
}

function sameRoutes(routes: [name: string, route: string][]): ConfigProblem[] {
  const names = routes.map(([, route]) => route);
  return routes
    .filter(([, route], index) => names.indexOf(route) !== index)
    .map(([name, route]) => ({
      path: `routes.${name}`,
      message: `"${route}" is the name of another route: each needs its own`,
    }));
}
