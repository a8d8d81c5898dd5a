import { existsSync } from 'node:fs';
import { FEATURE_NAMES } from '@uet-capi/pixel/feature-names';
import { expect, test } from 'vitest';
import { featuresOf } from './pixel-features.ts';
import { testConfig } from './testing/test-listener.ts';

test('each feature is a file of the pixel', () => {
  const sources = new URL('../../../pixel/src/features/', import.meta.url);
  const missing = FEATURE_NAMES.filter((name) => !existsSync(new URL(`${name}.ts`, sources)));
  expect(missing).toEqual([]);
});

const SOURCES = [
  'consent-sources',
  'consent-uet',
  'consent-gcm',
  'consent-tcf',
  'consent-gpp',
  'consent-cmp',
];

/** What a site with no settings but its tag uses, and what each setting adds to it or takes away. */
const DEFAULTS: string[] = [
  ...SOURCES,
  'load-script',
  'debug',
  'fetch-later',
  'tag-page',
  'sales',
  'region',
  'mirror',
  'tag-ids',
];

test.each<[settings: object, more: string[], less: string[]]>([
  [{}, [], []],
  [{ consent: { default: 'denied' } }, [], ['region']],
  [{ consent: { source: [] } }, [], SOURCES],
  [{ consent: { source: ['tcf'] } }, [], SOURCES.filter((name) => !/sources|tcf/.test(name))],
  [{ eventNames: 'meta' }, ['event-names'], []],
  [{ eventNames: ['meta', 'segment'] }, ['event-names'], []],
  [{ eventNames: { mine: 'yours' } }, ['event-names'], []],
  [{ consent: { whenDenied: 'anonymous' } }, ['anonymous'], []],
  [{ mirror: false }, [], ['mirror']],
  [{ uet: 'own' }, ['own-tag'], ['mirror']],
  [{ uet: 'own', mode: 'test' }, [], ['mirror']],
  [{ uet: 'own', mode: 'test', testEndpoint: 'http://localhost:8787' }, ['own-tag'], ['mirror']],
  [{ uet: 'off' }, [], ['tag-page', 'mirror', 'tag-ids']],
  [{ idFromTransaction: [] }, [], ['sales']],
  [{ clickIdParams: ['cid'] }, ['click-alias'], []],
  [{ linkDomains: ['other.example'] }, ['link-decoration'], []],
  [{ customerId: '777' }, ['id-sync'], []],
  [{ declarative: true }, ['declarative'], []],
  [{ ga4: true }, ['ga4-bridge'], []],
  [{ identifyForms: true }, ['identify-forms'], []],
])('%j', (settings, more, less) => {
  const { sites, routes } = testConfig(settings);
  const used = featuresOf(sites[0]!, routes);
  expect(used.sort()).toEqual([...DEFAULTS.filter((name) => !less.includes(name)), ...more].sort());
});
