import { createContext, runInContext } from 'node:vm';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bakeScript, encodeScript } from './pixel-script.ts';
import { pixelSettings } from './pixel-settings.ts';
import { SERVER_KEY, testConfig } from './testing/test-listener.ts';

const SCRIPT = 'result = "%CAPI_SETTINGS%";';

function run(script: string): unknown {
  const context = createContext({ result: undefined });
  runInContext(script, context);
  return JSON.parse(JSON.stringify(context.result));
}

test('settings arrive as they are, whatever is in them', () => {
  const settings = { a: '</script><!--', b: "$& $' $` $$", c: '\u2028"\\', d: '"%CAPI_SETTINGS%"' };
  const baked = bakeScript(SCRIPT, settings);
  expect(baked).not.toContain('<');
  expect(run(baked)).toEqual(settings);
});

test('a script with no or two places is a broken build', () => {
  expect(() => bakeScript('start()', {})).toThrow(/CAPI_SETTINGS/);
  expect(() => bakeScript(SCRIPT + SCRIPT, {})).toThrow(/CAPI_SETTINGS/);
});

test('only public settings', () => {
  const config = testConfig({
    eventNames: 'meta',
    testHosts: ['secret.staging.example'],
    routes: { events: 'x' },
  });
  const settings = pixelSettings(config.sites[0]!, config.routes);
  expect(settings).toEqual({
    tagId: '12345678',
    eventsPath: 'x',
    uet: 'observe',
    eventNames: 'meta',
    idFromTransaction: ['purchase'],
    consent: { default: 'region', waitMs: 2_000, whenDenied: 'drop' },
  });
  expect(JSON.stringify(settings)).not.toContain(SERVER_KEY);
});

test('every encoding holds the same script under its own tag', async () => {
  const [brotli, gzip, plain] = await encodeScript(SCRIPT);
  expect(brotliDecompressSync(brotli!.body).toString()).toBe(SCRIPT);
  expect(gunzipSync(gzip!.body).toString()).toBe(SCRIPT);
  expect(plain!.body.toString()).toBe(SCRIPT);
  const other = await encodeScript(`${SCRIPT} `);
  const tags = [brotli, gzip, plain, ...other].map((variant) => variant!.etag);
  expect(new Set(tags).size).toBe(6);
  for (const tag of tags) expect(tag).toMatch(/^"[\w-]+"$/);
});
