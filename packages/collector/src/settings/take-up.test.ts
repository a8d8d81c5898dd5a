import { describe, expect, test } from 'vitest';
import type { Changes, SiteChanges } from '../config/site-changes.ts';
import { takeUp } from './take-up.ts';

const ENV = { UET_CAPI_TOKEN: 'token', BLOG_TOKEN: 'blog' };
const SHOP = { tagId: '1' };

const changed = (changes: Partial<SiteChanges>): SiteChanges => ({
  settings: {},
  goals: [],
  secrets: {},
  ...changes,
});
const added = (settings: object) =>
  changed({ settings: { tagId: '2', tokenEnv: 'BLOG_TOKEN', ...settings } });

function take(input: object, changes: Changes, env: Record<string, string> = {}) {
  const { config, ignored } = takeUp(input, { ...ENV, ...env }, changes);
  return { sites: config.sites, ignored: ignored.map(({ site }) => site) };
}

describe('what is changed', () => {
  test('goes before the file, and the environment before both', () => {
    const changes = { site: changed({ settings: { mode: 'test', bots: 'deliver' } }) };
    const input = { ...SHOP, mode: 'shadow', bots: 'skip' };
    expect(take(input, changes).sites).toMatchObject([{ mode: 'test', bots: 'deliver' }]);
    expect(take(input, changes, { UET_CAPI_MODE: 'live' }).sites).toMatchObject([{ mode: 'live' }]);
  });

  test('leaves the rest of a group as the file has it', () => {
    const consent = { waitMs: 5, whenDenied: 'anonymous' };
    const changes = { site: changed({ settings: { consent: { waitMs: 7 } } }) };
    expect(take({ ...SHOP, consent }, changes).sites).toMatchObject([
      { consent: { waitMs: 7, whenDenied: 'anonymous' } },
    ]);
  });

  test('switches goals by event and name; a switch of a goal that is gone does nothing', () => {
    const goals = [
      { event: 'lead', goal: 'A', kind: 'online', send: 'attributed' },
      { event: 'lead', goal: 'B', kind: 'online' },
    ];
    const switches = [
      { event: 'lead', goal: 'A', enabled: false },
      { event: 'sale', goal: 'B', enabled: false },
    ];
    const input = { ...SHOP, mode: 'shadow', goals };
    expect(take(input, { site: changed({ goals: switches }) }).sites[0]!.goals).toMatchObject([
      { goal: 'A', enabled: false, send: 'attributed' },
      { goal: 'B', enabled: true },
    ]);
  });
});

describe('a site that is added', () => {
  test("takes what the top level of the file says of every site, and nothing of the only one's own", () => {
    const input = { ...SHOP, origins: ['https://shop.example'], bots: 'deliver', customerId: '5' };
    expect(take(input, { blog: added({}) }).sites).toMatchObject([
      { id: 'site', tagId: '1', customerId: '5' },
      { id: 'blog', tagId: '2', origins: [], bots: 'deliver', token: 'blog' },
    ]);
    expect(take(input, { blog: added({}) }).sites[1]).not.toHaveProperty('customerId');
  });

  test('takes all of it where the file lists its sites', () => {
    const input = { sites: [{ id: 'shop', ...SHOP }], customerId: '5' };
    expect(take(input, { blog: added({}) }).sites).toMatchObject([{}, { customerId: '5' }]);
  });

  test("has no tag and no origins from variables that are for the only site, but the sandbox's address", () => {
    const env = {
      UET_CAPI_TAG_ID: '1',
      UET_CAPI_ORIGINS: 'https://shop.example',
      UET_CAPI_ENDPOINT: 'http://127.0.0.1:8787',
    };
    expect(take({}, { blog: added({}) }, env).sites).toMatchObject([
      { tagId: '1', origins: ['https://shop.example'], endpoint: 'http://127.0.0.1:8787' },
      { tagId: '2', origins: [], endpoint: 'http://127.0.0.1:8787' },
    ]);
  });

  test('leaves the only site of the file the one that is meant where none is named', () => {
    expect(takeUp(SHOP, ENV, { blog: added({}) }).config.rootSite).toBe('site');
  });
});

describe('what cannot be used', () => {
  test('is ignored site by site, and the rest holds', () => {
    const changes = {
      bad: added({ origins: ['nonsense'] }),
      site: changed({ settings: { bots: 'deliver' } }),
      same: added({ tagId: '1' }),
      good: added({}),
    };
    const { sites, ignored } = take(SHOP, changes);
    expect(ignored).toEqual(['bad', 'same']);
    expect(sites).toMatchObject([{ id: 'site', bots: 'deliver' }, { id: 'good' }]);
  });

  test.each(['v1', 'admin', 'a/b', ''])('is an id such as %j', (id) => {
    expect(take(SHOP, { [id]: added({}) }).ignored).toEqual([id]);
  });

  test('is the removal of the last site', () => {
    const { sites, ignored } = take(SHOP, { site: changed({ removed: true }) });
    expect(ignored).toEqual(['site']);
    expect(sites).toMatchObject([{ id: 'site' }]);
  });
});
