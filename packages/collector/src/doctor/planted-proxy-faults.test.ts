import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { loadPixelBuild } from '../ingest/pixel-script.ts';
import { checkFromOutside } from './checks/from-outside.ts';
import type { Finding } from './finding.ts';
import { configOf, type Plot, plot } from './testing/installation.ts';
import { type BadProxy, publish, runCollector } from './testing/public-collector.ts';

interface PlantedFault extends BadProxy {
  /** Settings of the running collector, and of the doctor. */
  running?: object;
  settings?: object;
  id: string;
  status?: 'warning';
  what: RegExp;
  next: RegExp;
}

const SHOP = 'https://shop.example';
const { signal: NEVER } = new AbortController();

const FAULTS: Record<string, PlantedFault> = {
  'the proxy does not pass Host on': {
    onRequest: (headers) => {
      headers.host = 'collector.internal';
    },
    id: 'events',
    what: /takes its own host for collector\.internal/,
    next: /proxy_set_header Host \$host/,
  },
  'the proxy drops Set-Cookie': {
    onAnswer: ({ headers }) => {
      delete headers['set-cookie'];
    },
    id: 'cookies',
    what: /_capi_vid and _capi_msclkid do not arrive/,
    next: /pass Set-Cookie on for \/m\/e/,
  },
  'the proxy makes session cookies of all': {
    onAnswer: ({ headers }) => {
      const cookies = headers['set-cookie'] as string[] | undefined;
      if (cookies) headers['set-cookie'] = cookies.map((cookie) => cookie.replace(/; Max-Age=\d+/, ''));
    },
    id: 'cookies',
    what: /no longer than the visit/,
    next: /Set-Cookie on as it is/,
  },
  'the site answers unknown addresses with its own page': {
    answer: (path) =>
      path === '/c.js'
        ? { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>' }
        : undefined,
    id: 'pixel',
    what: /not a script, but text\/html/,
    next: /pass this path on/,
  },
  'the proxy does not lead to the collector': {
    answer: () => ({ status: 404 }),
    id: 'pixel',
    what: /c\.js answers HTTP 404/,
    next: /proxy_pass/,
  },
  'the collector does not run': {
    answer: () => ({ status: 502 }),
    id: 'pixel',
    what: /HTTP 502/,
    next: /start it/,
  },
  'the address redirects': {
    answer: (path) => ({ status: 301, headers: { Location: `https://www.shop.example/m${path}` } }),
    id: 'pixel',
    what: /redirects to https:\/\/www\.shop\.example\/m\/c\.js/,
    next: /Write the last address into the snippet/,
  },
  'a CDN takes GET alone': {
    answer: (path) => (path === '/e' ? { status: 405 } : undefined),
    id: 'events',
    what: /m\/e answers HTTP 405/,
    next: /pass POST on/,
  },
  'a CDN keeps the pixel for a year': {
    onAnswer: ({ path, headers }) => {
      if (path === '/c.js') headers['cache-control'] = 'public, max-age=31536000';
    },
    id: 'pixel',
    status: 'warning',
    what: /for 365 days/,
    next: /Cache-Control/,
  },
  'a cache sets a cookie with the pixel': {
    onAnswer: ({ path, headers }) => {
      if (path === '/c.js') headers['set-cookie'] = ['lb=1'];
    },
    id: 'pixel',
    what: /sets a cookie with/,
    next: /set none on this path/,
  },
  'the collector still runs with older settings': {
    running: { eventNames: 'ga4' },
    id: 'pixel',
    status: 'warning',
    what: /another version than these settings give/,
    next: /Restart the collector/,
  },
  'a cache holds an old pixel': {
    running: { eventNames: 'ga4' },
    onAnswer: ({ headers }) => {
      headers.age = '90000';
    },
    id: 'pixel',
    status: 'warning',
    what: /a cache has kept it for 90000 s/,
    next: /purge/,
  },
  'the snippet leads to another tag’s collector': {
    running: { tagId: '999' },
    id: 'pixel',
    what: /another UET tag than 12345678/,
    next: /ID-OF-THE-SITE/,
  },
  'the proxy adds its own CORS headers': {
    settings: { origins: [SHOP] },
    running: { origins: [SHOP] },
    onAnswer: ({ headers }) => {
      if (headers['access-control-allow-origin']) headers['access-control-allow-origin'] = '*';
    },
    id: 'cross-origin',
    what: /"\*" may read it/,
    next: /add none of its own/,
  },
  'an origin was allowed after the last start': {
    settings: { origins: [SHOP] },
    id: 'cross-origin',
    what: /refuses pages of https:\/\/shop\.example/,
    next: /Restart/,
  },
  'the doctor has another token': {
    onRequest: (headers) => {
      delete headers['x-capi-arrival'];
    },
    id: 'events',
    status: 'warning',
    what: /does not know the doctor/,
    next: /environment of that collector/,
  },
};

let given: Plot;
/** As the doctor's settings say it. */
let usual: Awaited<ReturnType<typeof runCollector>>;

beforeAll(async () => {
  given = await plot(afterAll);
  usual = await runCollector(given, {});
  afterAll(() => usual.close());
});

async function look(settings: object, running: object | undefined, bad: BadProxy): Promise<Finding[]> {
  const own = running && (await runCollector(given, running));
  if (own) onTestFinished(() => own.close());
  const publicUrl = await publish((own ?? usual).port, bad);
  const config = configOf({ env: given.env, settings: { ...given.settings, ...settings } });
  const pixel = await loadPixelBuild();
  return checkFromOutside({ publicUrl, config, pixel, signal: NEVER });
}

test.each(Object.entries(FAULTS))('%s: found, with its remedy', async (_, fault) => {
  expect(await look(fault.settings ?? {}, fault.running, fault)).toContainEqual({
    id: fault.id,
    site: 'site',
    status: fault.status ?? 'problem',
    what: expect.stringMatching(fault.what),
    why: expect.stringMatching(/\.$/),
    next: expect.stringMatching(fault.next),
  });
});

test('a collector behind a proxy as it should be has no fault', async () => {
  const statuses = (await look({}, undefined, {})).map(({ id, status }) => [id, status]);
  expect(statuses).toEqual(['address', 'pixel', 'events', 'proxy', 'cookies'].map((id) => [id, 'ok']));
});

test('a site that was added at run time is looked at below its own name, the first one as before', async () => {
  const config = configOf(given);
  const added = { ...config.sites[0]!, id: 'blog' };
  const publicUrl = await publish(usual.port, {});
  const pixel = await loadPixelBuild();
  const both = { ...config, sites: [...config.sites, added] };
  const found = await checkFromOutside({ publicUrl, config: both, pixel, signal: NEVER });
  const pixels = found
    .filter(({ id }) => id === 'pixel')
    .map(({ site, status, what }) => [site, status, what]);
  expect(pixels).toEqual([
    ['site', 'ok', expect.stringContaining('/m/c.js')],
    ['blog', 'problem', expect.stringContaining('/m/blog/c.js answers HTTP 404')],
  ]);
});

test('pages of other origins are tried too, and nothing is stored of all the looking', async () => {
  const settings = { origins: [SHOP, 'https://*.shop.example'] };
  const found = await look(settings, settings, {});
  expect(found).toContainEqual(expect.objectContaining({ id: 'cross-origin', status: 'ok' }));
  expect(found.filter(({ id }) => id === 'cross-origin')).toHaveLength(1);
  await given.inStore(async (store) => expect(await store.find({ limit: 1 })).toEqual([]));
});
