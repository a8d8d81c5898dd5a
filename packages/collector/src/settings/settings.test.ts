import { expect, test } from 'vitest';
import type { StoredRecord } from '../store/port.ts';
import { changeSite } from './edit-site.ts';
import { openSettings } from './settings.ts';

/** Records as the store keeps them; `value`: what stands in it already. */
function records(value?: string) {
  let record: StoredRecord | undefined =
    value === undefined ? undefined : { key: 'sites', version: 1, value };
  return {
    readRecord: async () => record,
    async swapRecord(_: string, key: string, expected: number, next: string) {
      if ((record?.version ?? 0) !== expected) return false;
      record = { key, version: expected + 1, value: next };
      return true;
    },
  };
}

async function open(store = records()) {
  const logged: string[] = [];
  const log = { info() {}, warn() {}, error: (_: object, message: string) => void logged.push(message) };
  const settings = await openSettings({
    input: { tagId: '1', mode: 'shadow', consent: { server: 'denied' } },
    env: {},
    store,
    log,
    secrets: [],
  });
  return { settings, logged };
}

const patch = (settings: object) =>
  changeSite('site', { settings: settings as Record<string, unknown>, secrets: {} });

test('what is changed of a group stays when more of it is changed; null takes all of it back', async () => {
  const { settings } = await open();
  const consent = () => settings.current().config.sites[0]!.consent;
  await settings.change('site', patch({ consent: { waitMs: 5 } }));
  await settings.change('site', patch({ consent: { whenDenied: 'anonymous' } }));
  expect(consent()).toMatchObject({ waitMs: 5, whenDenied: 'anonymous', server: 'denied' });
  await settings.change('site', patch({ consent: null }));
  expect(consent()).toMatchObject({ waitMs: 2_000, whenDenied: 'drop', server: 'denied' });
});

test('nothing begins after a stop; what is changed then holds at the next start', async () => {
  const store = records();
  const { settings } = await open(store);
  let applied = 0;
  settings.follow(() => applied++);
  await settings.change('site', patch({ bots: 'deliver' }));
  await settings.stop();
  await settings.change('site', patch({ bots: 'skip', mirror: false }));
  expect(applied).toBe(1);
  const { settings: next } = await open(store);
  expect(next.current().config.sites).toMatchObject([{ bots: 'skip', mirror: false }]);
});

test.each(['no JSON', '{"v":2,"sites":{}}', '{"v":1,"sites":{"site":{"settings":{},"more":1}}}'])(
  'what another version has stored (%s) is ignored loudly, and not overwritten',
  async (value) => {
    const store = records(value);
    const { settings, logged } = await open(store);
    expect(settings.current().config.sites).toMatchObject([{ id: 'site' }]);
    expect(logged.join()).toContain('ARE IGNORED');
    expect(await settings.change('site', patch({ bots: 'deliver' }))).toMatchObject({ refused: 'fixed' });
    expect((await store.readRecord())?.value).toBe(value);
  },
);

test('a store that fails at the start stops none; it is looked at again', async () => {
  const store = records('{"v":1,"sites":{"site":{"settings":{"bots":"deliver"},"goals":[],"secrets":{}}}}');
  const read = store.readRecord;
  store.readRecord = () => Promise.reject(new Error('the disk'));
  const { settings, logged } = await open(store);
  expect(logged).toHaveLength(1);
  store.readRecord = read;
  await settings.look();
  expect(settings.current().config.sites).toMatchObject([{ bots: 'deliver' }]);
});
