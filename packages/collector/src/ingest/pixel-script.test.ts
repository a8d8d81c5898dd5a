import { createContext, runInContext } from 'node:vm';
import { expect, test } from 'vitest';
import { bakeScript } from './pixel-script.ts';
import { pixelSettings } from './pixel-settings.ts';
import { SERVER_KEY, testConfig } from './testing/test-listener.ts';

const SCRIPT = 'result = ["%CAPI_SETTINGS%", ..."%CAPI_FEATURES%".map((run) => run())];';
const FEATURES = { one: `() => "1 $& $' %CAPI_SETTINGS%"`, two: '() => 2' };

function run(script: string): unknown {
  const context = createContext({ result: undefined });
  runInContext(script, context);
  return JSON.parse(JSON.stringify(context.result));
}

test('settings arrive as they are, whatever is in them', () => {
  const settings = {
    a: '</script><!--',
    b: "$& $' $` $$",
    c: '\u2028"\\',
    d: '"%CAPI_SETTINGS%","%CAPI_FEATURES%"',
  };
  const baked = bakeScript({ script: SCRIPT, features: FEATURES }, settings, []);
  expect(baked).not.toContain('<');
  expect(run(baked)).toEqual([settings]);
});

test('the features that are used, in their order, and no other', () => {
  const baked = bakeScript({ script: SCRIPT, features: FEATURES }, {}, ['two', 'one']);
  expect(run(baked)).toEqual([{}, 2, "1 $& $' %CAPI_SETTINGS%"]);
  expect(run(bakeScript({ script: SCRIPT, features: FEATURES }, {}, ['two']))).toEqual([{}, 2]);
});

test.each(['start()', SCRIPT + SCRIPT, '"%CAPI_SETTINGS%"', '"%CAPI_FEATURES%"'])(
  '%s is a broken build',
  (script) => {
    expect(() => bakeScript({ script, features: {} }, {}, [])).toThrow(/CAPI_SETTINGS/);
  },
);

test('defaults of the pixel are not repeated', () => {
  const { sites, routes } = testConfig();
  expect(pixelSettings(sites[0]!, routes)).toEqual({ tagId: '12345678' });
});

test('what is not the default is in it', () => {
  const settings = {
    uet: 'own',
    autoPage: false,
    mirror: false,
    clickIdParams: ['clid'],
    linkDomains: ['shop.example'],
    customerId: '777',
    declarative: true,
    ga4: true,
    identifyForms: true,
  };
  const { sites, routes } = testConfig({ ...settings, consent: { source: ['tcf'] } });
  expect(pixelSettings(sites[0]!, routes)).toMatchObject({ ...settings, consent: { source: ['tcf'] } });
});

test('only public settings', () => {
  const config = testConfig({
    eventNames: 'meta',
    consent: { waitMs: 500 },
    testHosts: ['secret.staging.example'],
    routes: { events: 'x' },
  });
  const settings = pixelSettings(config.sites[0]!, config.routes);
  expect(settings).toEqual({
    tagId: '12345678',
    eventsPath: 'x',
    eventNames: 'meta',
    consent: { waitMs: 500 },
  });
  expect(JSON.stringify(settings)).not.toContain(SERVER_KEY);
});

test.each([
  [
    'the sandbox’s',
    { uet: 'own', mode: 'test', testEndpoint: 'http://localhost:8787' },
    'http://localhost:8787/bat.js',
  ],
  ['none without a sandbox', { uet: 'own', mode: 'test' }, undefined],
  ['Microsoft’s in mode live', { uet: 'own', testEndpoint: 'http://localhost:8787' }, undefined],
])('the tag’s script of a site with its own tag: %s', (_, settings, expected) => {
  const { sites, routes } = testConfig(settings);
  expect(pixelSettings(sites[0]!, routes).tagScript).toBe(expected);
});
