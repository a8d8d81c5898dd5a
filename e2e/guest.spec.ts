import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createCollector } from '@uet-capi/collector';
import { ADMIN_TOKEN, expect, SECRETS, TAG_ID, test } from './fixtures.ts';

/** Mounted in somebody's application the collector is a guest: the process is not its own. */

test('no handlers of the process, no metrics in the default registry, and all gone at the end', async ({
  world,
}) => {
  const before = handlers();
  const config = { tagId: TAG_ID, endpoint: world.sandbox.url, dataDir: `${world.dataDir}-guest` };
  const collector = await createCollector(config, SECRETS);
  await collector.track({ eventName: 'lead', userData: { anonymousId: 'visitor' } });
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
  const scrape = await collector.fetch(new Request('http://localhost/metrics', { headers }));
  expect(await scrape.text()).toContain('uet_capi_events_total');

  expect(handlers()).toEqual(before);
  expect(defaultRegistry().getMetricsAsArray()).toEqual([]);
  await collector.close();
  expect(handlers()).toEqual(before);
});

test('two collectors in one process count each for itself', async ({ world }) => {
  const open = (name: string) =>
    createCollector({ tagId: TAG_ID, mode: 'shadow', dataDir: `${world.dataDir}-${name}` }, SECRETS);
  const one = await open('one');
  const other = await open('other');
  await one.track({ eventName: 'lead', userData: { anonymousId: 'visitor' } });
  const count = async ({ fetch }: typeof one) => {
    const headers = { Authorization: `Bearer ${ADMIN_TOKEN}` };
    const text = await (await fetch(new Request('http://localhost/metrics', { headers }))).text();
    return /^uet_capi_stored_total\{.*\} (\d+)$/m.exec(text)?.[1];
  };
  expect(await count(one)).toBe('1');
  expect(await count(other)).toBeUndefined();
  await Promise.all([one.close(), other.close()]);
});

/** How many listeners the process has for each of its events. */
function handlers(): Record<string, number> {
  return Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));
}

/** That of the copy of prom-client that the collector uses, as a host application with the same version has it. */
function defaultRegistry(): DefaultRegistry {
  const require = createRequire(fileURLToPath(import.meta.resolve('@uet-capi/collector')));
  return (require('prom-client') as { register: DefaultRegistry }).register;
}

interface DefaultRegistry {
  getMetricsAsArray(): unknown[];
}
