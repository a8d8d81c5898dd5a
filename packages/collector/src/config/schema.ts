import { isSupportedCountry } from 'libphonenumber-js/max';
import proxyAddr from 'proxy-addr';
import { z } from 'zod';
import { isIpRange } from '../pipeline/rules/declared.ts';
import type { Filter, Transform } from '../pipeline/rules/rule.ts';
import { adsSchema, goalSchema } from './ads-schema.ts';
import { baseUrl } from './base-url.ts';

/**
 * Every setting of the collector, with its unit and default. A config file holds this shape; the
 * environment is laid over it (`environment.ts`). Secrets are named here, never written: `tokenEnv` is
 * the *name* of an environment variable.
 */

const envName = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'must be the name of an environment variable');
/** Not `.` or `..`: browsers resolve them away. */
const path = z
  .string()
  .regex(/^(?!\.\.?$)[\w.-]+$/, 'must be one path segment of letters, digits, ".", "-" and "_"');
/** The longest that a timer of Node.js waits, ms, 24 days; what is longer it takes for no wait at all. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const milliseconds = z.int().positive().max(MAX_TIMER_MS);
const contentDays = z.int().positive().max(90);

/** `https://shop.example` or `https://*.shop.example`. */
const origin = z
  .string()
  .refine(
    (text) => /^https?:\/\/(\*\.)?[\w.-]+(:\d+)?$/i.test(text) && URL.canParse(text),
    'must be an origin such as https://shop.example or https://*.shop.example',
  );

/** What `proxy-addr` understands as a range of trusted peers. */
const addressRange = z.string().refine((range) => {
  try {
    proxyAddr.compile(range);
    return true;
  } catch {
    return false;
  }
}, 'must be an IP address, a CIDR range such as 10.0.0.0/8, or loopback, linklocal, uniquelocal');

const ipRange = z
  .string()
  .refine(isIpRange, 'must be an IP address or a CIDR range such as 203.0.113.0/24 or 2001:db8::/32');

/** `localhost`, `*.staging.example`: compared with the host of an address, which has neither port nor capitals. */
const hostPattern = z
  .string()
  .regex(
    /^((\*\.)?[\w-]+(\.[\w-]+)*|\[[\da-f:.]+\])$/i,
    'must be a host such as localhost or *.staging.example, without https://, port and path',
  );

const isFunction = (value: unknown) => typeof value === 'function';

const MUST_BE_FUNCTION = 'must be a function: write it in a config file that is JavaScript or TypeScript';

/** Microsoft's own address (CAPI guide). */
export const MICROSOFT_ENDPOINT = 'https://capi.uet.microsoft.com';

const modeSchema = z.enum(['live', 'shadow', 'test']);

const consentSourceSchema = z.enum(['uet', 'gcm', 'tcf', 'gpp', 'cmp']);

/** A host name without scheme, port or path; with its subdomains. */
const domain = z
  .string()
  .regex(/^[a-z\d-]+(\.[a-z\d-]+)*$/i, 'must be a domain such as shop.example, without https:// and path');

const consentSchema = z.strictObject({
  /** Where the pixel reads consent from, besides the page's calls and Global Privacy Control; `auto` is all. */
  source: z
    .union(
      [z.literal('auto'), z.array(consentSourceSchema)],
      "must be 'auto' or a list of uet, gcm, tcf, gpp, cmp",
    )
    .default('auto'),
  /** What the browser may assume when nobody has decided after `waitMs`. `region` does as Microsoft's tag. */
  default: z.enum(['granted', 'denied', 'region']).default('region'),
  /** How long the pixel waits for a decision, ms. */
  waitMs: milliseconds.default(2_000),
  /** `drop`: nothing stored or sent. `anonymous`: delivered as denied, without any identity. */
  whenDenied: z.enum(['drop', 'anonymous']).default('drop'),
  /** Server routes: what a missing value means where nothing is remembered of the visitor. */
  server: z.enum(['granted', 'denied']).default('granted'),
});

/** What can differ from site to site. At the top level of the config these are defaults for every site. */
export const siteShape = {
  /** The UET tag's numeric id. */
  tagId: z
    .string('must be the numeric id of the UET tag as a string; set it here or as UET_CAPI_TAG_ID')
    .regex(/^\d{1,20}$/, 'must be the numeric id of a UET tag'),
  /** Environment variable with the tag's Conversions API token. */
  tokenEnv: envName.default('UET_CAPI_TOKEN'),
  /** Environment variable with the key of the server routes. */
  serverKeyEnv: envName.default('UET_CAPI_SERVER_KEY'),
  /** Origins that may post, besides the collector's own host and its registrable domain. */
  origins: z.array(origin).default([]),
  mode: modeSchema.default('live'),
  /** Hosts (`localhost`, `*.staging.example`) whose events are always tests. */
  testHosts: z.array(hostPattern).default([]),
  /** Base URL of the Conversions API. */
  endpoint: baseUrl.default(MICROSOFT_ENDPOINT),
  /** Base URL of a sandbox that takes the events of mode `test`; without it they go nowhere. */
  testEndpoint: baseUrl.optional(),
  /** Page loads by the server: only where the UET tag did not send them, always, never. */
  pageLoads: z.enum(['auto', 'always', 'never']).default('auto'),
  /** How long a page load waits for word of the UET tag, ms. */
  holdMs: milliseconds.default(10_000),
  consent: consentSchema.prefault({}),
  /** Events of crawlers and automated browsers: marked and not delivered, or marked and delivered. */
  bots: z.enum(['skip', 'deliver']).default('skip'),
  /** Events that are stored and not delivered: the site's own visits, its test hosts, names it does not want. */
  filters: z
    .strictObject({
      /** Addresses and CIDR ranges of visitors. */
      ips: z.array(ipRange).default([]),
      /** Hosts of pages: `intern.shop.example`, `*.preview.shop.example`. */
      hosts: z.array(hostPattern).default([]),
      /** Names of events, exactly; `pageLoad` for page loads. */
      names: z.array(z.string().min(1)).default([]),
    })
    .prefault({}),
  /** Decides in code whether an event is delivered. */
  filter: z.custom<Filter>(isFunction, MUST_BE_FUNCTION).optional(),
  /** Changes events in code before they are stored. */
  transform: z.custom<Transform>(isFunction, MUST_BE_FUNCTION).optional(),
  privacy: z
    .strictObject({
      /** Only the first 24 bits of an IPv4 address and the first 48 of an IPv6 address are kept and sent. */
      truncateIp: z.boolean().default(false),
    })
    .prefault({}),
  /** Names whose event id is the `transactionId`. */
  idFromTransaction: z.array(z.string().min(1)).default(['purchase']),
  /** Names that the pixel renames before both channels: presets or a map of one's own. */
  eventNames: z
    .union(
      [
        z.enum(['ga4', 'meta', 'segment']),
        z.array(z.enum(['ga4', 'meta', 'segment'])),
        z.record(z.string(), z.string().min(1)),
      ],
      "must be ga4, meta or segment, a list of these, or a map such as { 'Order Completed': 'purchase' }",
    )
    .optional(),
  /** The UET tag that the pixel hands its events to: the page's own, one that the pixel loads, none. */
  uet: z.enum(['observe', 'own', 'off']).default('observe'),
  /** Page loads are captured by themselves, also on SPA navigation; else each `capi.page()` is one. */
  autoPage: z.boolean().default(true),
  /** Events that the site pushes to its UET tag itself go to the collector too (`uet: 'observe'`). */
  mirror: z.boolean().default(true),
  /** Further URL parameters that hold the click id, where redirects rename it. */
  clickIdParams: z.array(z.string().min(1)).default([]),
  /** The site's other domains, to whose links and forms the click id is added. */
  linkDomains: z.array(domain).default([]),
  /** Microsoft Advertising customer id: turns the ID sync on. */
  customerId: z
    .string()
    .regex(/^\d{1,20}$/, 'must be the numeric customer id as a string')
    .optional(),
  /** Microsoft Advertising account id of the conversion goals; default: the one chosen at sign-in. */
  accountId: z
    .string()
    .regex(/^\d{1,20}$/, 'must be the numeric account id as a string, not the account number')
    .optional(),
  /** Which events feed which goals in Microsoft Advertising, beside the UET tag's own. */
  goals: z.array(goalSchema).default([]),
  /** Events from `data-capi-event` on elements. */
  declarative: z.boolean().default(false),
  /** Events from GA4's e-commerce pushes to `dataLayer`. */
  ga4: z.boolean().default(false),
  /** Forms that ask for an e-mail identify the visitor. */
  identifyForms: z.boolean().default(false),
  /** ISO 3166 country of phone numbers written without a country code. */
  phoneCountry: z
    .string()
    .refine(isSupportedCountry, 'must be an ISO 3166 country code such as DE')
    .optional(),
} as const;

export const siteSchema = z.strictObject({ id: path, ...siteShape });

/** A token bucket: how often a second on average, and how often at once. */
const rateSchema = z.union(
  [z.literal(false), z.strictObject({ perSecond: z.number().positive(), burst: z.int().positive() })],
  'must be { perSecond: 50, burst: 200 }, or false for no limit',
);

/** Where the client's address comes from. Without it: the socket's address. */
const clientAddressSchema = z.union(
  [
    /** Peers to believe: CIDR ranges, addresses, or `loopback`, `linklocal`, `uniquelocal`. */
    z.strictObject({ trustedProxies: z.array(addressRange).min(1), header: z.string().min(1).optional() }),
    /** Number of proxies in front of the collector. */
    z.strictObject({ hops: z.int().min(1).max(10) }),
  ],
  "must be { trustedProxies: ['10.0.0.0/8'], header: 'x-real-ip' } (the header may be left out) or { hops: 1 } (1 to 10)",
);

const logLevelSchema = z.enum(['info', 'warn', 'error', 'silent']);

export type LogLevel = z.output<typeof logLevelSchema>;

const collectorShape = {
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(8080),
  /** Directory of the embedded store. */
  dataDir: z.string().min(1).default('./.uet-capi'),
  /** While its file system has less room, nothing is taken (503), bytes. 0: no limit. */
  minFreeBytes: z.int().nonnegative().default(100_000_000),
  clientAddress: clientAddressSchema.optional(),
  /** Request header with the visitor's country, e.g. `cf-ipcountry`; for the default `region` without script. */
  countryHeader: z.string().min(1).optional(),
  /** Names of the browser routes; block lists match telling words. */
  routes: z
    .strictObject({
      script: path.default('c.js'),
      events: path.default('e'),
      image: path.default('e.gif'),
    })
    .prefault({}),
  limits: z
    .strictObject({
      /** Largest body of a browser route, bytes. */
      browserBodyBytes: z.int().positive().default(1_000_000),
      /** Largest body of a server route, bytes: 1,000 events of 8 kB. */
      serverBodyBytes: z.int().positive().default(8_000_000),
    })
    .prefault({}),
  /** Requests, beyond which 429 is answered. */
  rateLimits: z
    .strictObject({
      /** Browser routes, each visitor's address (IPv6: each /64). A page sends a few; offices share addresses. */
      perClient: rateSchema.default({ perSecond: 50, burst: 200 }),
      /** Browser routes of each site. */
      perSite: rateSchema.default(false),
      /** Server routes, each key. */
      perServerKey: rateSchema.default(false),
      /** All routes that take events, together. */
      overall: rateSchema.default(false),
      /** Wrong keys, each address. */
      failedKeys: rateSchema.default({ perSecond: 1, burst: 20 }),
    })
    .prefault({}),
  delivery: z
    .strictObject({
      /** How long a batch may form before it is sent, ms. */
      batchMs: z.int().nonnegative().max(MAX_TIMER_MS).default(250),
      /** Ceiling of the first random wait after a failure, ms; it doubles at each further one. */
      retryBaseMs: milliseconds.default(1_000),
      /** Ceiling of every random wait, ms. */
      retryMaxMs: milliseconds.default(300_000),
      /** How long an answer may take, ms. */
      timeoutMs: milliseconds.default(30_000),
      /** How often a paused tag is probed, ms. */
      probeMs: milliseconds.default(60_000),
      /** Requests to one tag under way at once, at most. */
      maxInFlight: z.int().min(1).max(100).default(4),
      /** Requests to one tag per second in the long run, of each process. */
      ratePerSecond: z.int().positive().default(50),
      /** Requests to one tag that may go out at once after a quiet time. */
      burst: z.int().positive().default(100),
    })
    .prefault({}),
  ads: adsSchema.prefault({}),

  alerts: z
    .strictObject({
      /** Environment variable with the address that alerts are posted to. It is a secret: chat tools' hold a key. */
      webhookEnv: envName.default('UET_CAPI_ALERT_WEBHOOK'),
      /** Environment variable with the key that they are signed with; unset: not signed. */
      secretEnv: envName.default('UET_CAPI_ALERT_SECRET'),
    })
    .prefault({}),

  /** Environment variable with the token of the operators' routes. */
  adminTokenEnv: envName.default('UET_CAPI_ADMIN_TOKEN'),

  /** Tokens that only read the operators' routes; `/metrics` is not among them. */
  readTokens: z
    .array(
      z.strictObject({
        /** Shown to who uses it. */
        name: z.string().min(1),
        /** Environment variable with the token. */
        tokenEnv: envName,
        /** Ids of the sites it is for. Default: every site. */
        sites: z.array(path).min(1).optional(),
      }),
    )
    .default([]),

  /** Who may read `/metrics`: who has the admin token, or everyone. */
  metrics: z.enum(['token', 'public']).default('token'),

  /** Least important kind of log line that is written. */
  logLevel: logLevelSchema.default('info'),

  /** How long a stop goes on taking requests while `readyz` says no already, ms. */
  stopDelayMs: z.int().nonnegative().max(MAX_TIMER_MS).default(0),

  retention: z
    .strictObject({
      /** How long the content of an event that waits no longer is kept, days. */
      contentDays: contentDays.default(30),
      /** The same of accepted events. Default: `contentDays`. */
      acceptedDays: contentDays.optional(),
      /** The same of rejected, expired and dead events. Default: `contentDays`. */
      failedDays: contentDays.optional(),
      /** The same of events that a rule skipped. Default: `contentDays`. */
      skippedDays: contentDays.optional(),
      /** How long its key is remembered so that no copy counts again, days. */
      keyDays: z.int().min(7).default(90),
    })
    .transform(({ contentDays, acceptedDays, failedDays, skippedDays, keyDays }) => ({
      acceptedDays: acceptedDays ?? contentDays,
      failedDays: failedDays ?? contentDays,
      skippedDays: skippedDays ?? contentDays,
      keyDays,
    }))
    .prefault({}),
} as const;

export const collectorSchema = z.strictObject(collectorShape);

/** One site at the top level, or several under `sites`, for which the top level holds defaults. */
export type ConfigInput = z.input<typeof collectorSchema> &
  Partial<z.input<typeof siteSchema>> & { sites?: (Partial<z.input<typeof siteSchema>> & { id: string })[] };

export type CollectorSettings = z.output<typeof collectorSchema>;
export type SiteSettings = z.output<typeof siteSchema>;
