import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Feature } from './features/feature.ts';
import { featuresOf } from './features-of.ts';

const folder = new URL('features/', import.meta.url);
const files = readdirSync(folder).filter((file) => !/^feature\.ts$|\.test\.ts$/.test(file));
const named = new Map<Feature, string>();
for (const file of files) named.set((await import(new URL(file, folder).href)).default, file.slice(0, -3));

const names = (settings: object) =>
  featuresOf({ tagId: '1', ...settings }).map((feature) => named.get(feature) as string);

test('nothing is forgotten', () => {
  const all = {
    clickIdParams: ['c'],
    linkDomains: ['shop.example'],
    customerId: '1',
    declarative: true,
    ga4: true,
    identifyForms: true,
    eventNames: 'meta',
    consent: { whenDenied: 'anonymous' },
  };
  const used = new Set([...names(all), ...names({ uet: 'own' })]);
  expect([...used].sort()).toEqual([...named.values()].sort());
});

test('what is off by default is not there, and what the settings turn off neither', () => {
  expect(names({})).toContain('mirror');
  for (const name of ['own-tag', 'id-sync', 'declarative', 'ga4-bridge', 'identify-forms', 'link-decoration'])
    expect(names({})).not.toContain(name);
  expect(names({ mirror: false })).not.toContain('mirror');
  expect(names({ uet: 'off' }).filter((name) => /tag|mirror/.test(name))).toEqual([]);
  const sources = (consent: object) => names({ consent }).filter((name) => name.startsWith('consent-'));
  expect(sources({})).toHaveLength(6);
  expect(sources({ source: ['gcm'] })).toEqual(['consent-sources', 'consent-gcm']);
  expect(sources({ source: [] })).toEqual([]);
});
