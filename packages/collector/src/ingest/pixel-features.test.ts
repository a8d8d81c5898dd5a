import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FEATURE_NAMES, featuresOf } from './pixel-features.ts';
import { testConfig } from './testing/test-listener.ts';

test('each feature is a file of the pixel', () => {
  const sources = new URL('../../../pixel/src/features/', import.meta.url);
  const missing = FEATURE_NAMES.filter((name) => !existsSync(new URL(`${name}.ts`, sources)));
  expect(missing).toEqual([]);
});

const SOURCES = ['consent-uet', 'consent-gcm', 'consent-tcf', 'consent-gpp', 'consent-cmp'];

/** What a site with no settings but its tag uses, and what each setting adds to it or takes away. */
const DEFAULTS: string[] = [...SOURCES, 'load-script', 'debug', 'fetch-later', 'region', 'mirror', 'tag-ids'];

test.each<[settings: object, more: string[], less: string[]]>([
  [{}, [], []],
  [{ consent: { default: 'denied' } }, [], ['region']],
  [{ consent: { source: [] } }, [], SOURCES],
  [{ consent: { source: ['tcf'] } }, [], SOURCES.filter((name) => name !== 'consent-tcf')],
  [{ eventNames: 'meta' }, ['event-names'], []],
  [{ eventNames: ['meta', 'segment'] }, ['event-names'], []],
  [{ eventNames: { mine: 'yours' } }, [], []],
  [{ consent: { whenDenied: 'anonymous' } }, ['anonymous'], []],
  [{ mirror: false }, [], ['mirror']],
  [{ uet: 'own' }, ['own-tag'], ['mirror']],
  [{ uet: 'own', mode: 'test' }, [], ['mirror']],
  [{ uet: 'own', mode: 'test', testEndpoint: 'http://localhost:8787' }, ['own-tag'], ['mirror']],
  [{ uet: 'off' }, [], ['mirror', 'tag-ids']],
  [{ clickIdParams: ['cid'] }, ['click-alias'], []],
  [{ linkDomains: ['other.example'] }, ['link-decoration'], []],
  [{ customerId: '777' }, ['id-sync'], []],
  [{ declarative: true }, ['declarative'], []],
  [{ ga4: true }, ['ga4-bridge'], []],
  [{ identifyForms: true }, ['identify-forms'], []],
])('%j', (settings, more, less) => {
  const used = featuresOf(testConfig(settings).sites[0]!);
  expect(used.sort()).toEqual([...DEFAULTS.filter((name) => !less.includes(name)), ...more].sort());
});
