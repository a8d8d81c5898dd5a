import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CapiEvent } from '@uet-capi/protocol';
import { afterAll, expect, test } from 'vitest';
import { compileRules } from '../pipeline/rules/rules.ts';
import { NOW, NOW_S } from '../pipeline/testing/sample-facts.ts';
import type { Config } from './config.ts';
import { loadConfig } from './load.ts';
import { resolveConfig } from './resolve.ts';
import { collectorSchema, siteSchema } from './schema.ts';

/** The annotated config of `docs/configuration.md`, loaded as a user would. */

const PAGE = new URL('../../../../docs/configuration.md', import.meta.url);
const ENV = { UET_CAPI_TOKEN: 'token' };

/** Shown with an example value, because there is no default. */
const WITHOUT_DEFAULT = [
  'clientAddress',
  'countryHeader',
  'testEndpoint',
  'eventNames',
  'filter',
  'transform',
  'customerId',
  'accountId',
  'phoneCountry',
];

const folder = await mkdtemp(join(tmpdir(), 'uet-capi-config-'));
afterAll(() => rm(folder, { recursive: true }));

const source = /```js\n(export default .*?)```/s.exec(await readFile(PAGE, 'utf8'))?.[1] ?? '';
await writeFile(join(folder, 'uet-capi.config.mjs'), source);
const shown = (await import(join(folder, 'uet-capi.config.mjs'))).default as Record<string, unknown>;

test('the annotated config can be used as it stands', async () => {
  expect(await loadConfig(folder, ENV)).toHaveProperty('config');
});

test('it shows every setting', () => {
  const settings = [...Object.keys(collectorSchema.shape), ...Object.keys(siteSchema.shape)];
  expect(Object.keys(shown).sort()).toEqual(settings.sort());
});

test('its values are the defaults', () => {
  const defaults = flat(config(resolveConfig({ tagId: shown.tagId }, ENV)));
  const values = flat(config(resolveConfig(shown, ENV)));
  for (const name of WITHOUT_DEFAULT) delete values[name];
  expect(values).toEqual(defaults);
});

function config(resolved: ReturnType<typeof resolveConfig>): Config {
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  return resolved.config;
}

/** The only site's settings beside the collector's. */
function flat({ sites, ...collector }: Config): Record<string, unknown> {
  return { ...collector, ...sites[0] };
}

test('its rules do what their comments say', () => {
  const { sites } = config(resolveConfig(shown, ENV));
  const rules = compileRules(sites[0]!);
  const sold = (transactionId: string): CapiEvent => ({
    eventType: 'custom',
    eventTime: NOW_S,
    userData: { anonymousId: 'v' },
    pageTitle: 'Thanks – Example Shop',
    customData: { transactionId },
  });
  const run = (event: CapiEvent) =>
    rules(event, event, { site: 'site', source: 'pixel', consent: 'granted', receivedAt: NOW });
  expect(run(sold('TEST-1'))).toMatchObject({ skipped: 'filtered: test order' });
  expect(run(sold('1'))).toMatchObject({ skipped: undefined, event: { pageTitle: 'Thanks' } });
});
