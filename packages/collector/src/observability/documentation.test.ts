import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { SKIP_REASONS } from '../pipeline/skip-reasons.ts';
import type { Store } from '../store/port.ts';
import { createMetrics } from './metrics.ts';
import { UNREADY_REASONS } from './readiness.ts';

/** The table of metrics in `docs/monitoring.md` and what a scrape shows. */

const PAGE = new URL('../../../../docs/monitoring.md', import.meta.url);

/** Of the whole process, in words of the client library. */
const USUAL = /^(process|nodejs)_/;

interface Documented {
  name: string;
  type: string;
  scope: string;
  labels: string[];
}

const page = await readFile(PAGE, 'utf8');
const documented: Documented[] = [
  ...page.matchAll(/^\| `(uet_capi_\w+)` \| (\w+) \| (\w+) \| ([\w, ]*?) ?\| .+ \|$/gm),
].map(([, name, type, scope, labels]) => ({
  name: name!,
  type: type!,
  scope: scope!,
  labels: labels ? labels.split(', ') : [],
}));

async function scrape(): Promise<string> {
  const store = {
    stats: async () => ({
      received: [{ site: 'shop', destination: 'uet-capi:1', count: 1 }],
      states: [{ site: 'shop', destination: 'uet-capi:1', state: 'pending', count: 1, oldestAt: 0 }],
    }),
  };
  const site = { id: 'shop' };
  const metrics = createMetrics({
    config: { databaseUrl: undefined, dataDir: '.' },
    unreadyReasons: () => [],
  });
  metrics.expect([site] as never, ['uet-capi:1']);
  metrics.watchStore(store as Partial<Store> as Store);
  metrics.watchAppender({ fill: () => 0 });
  const { intake, delivery, listener } = metrics.events;
  intake.onEvent({ site, source: 'pixel' } as never, 'accepted');
  listener.onAnswered('events', 202, 1);
  delivery.onRequest('uet-capi:1', { ms: 1, events: 1, outcome: 'processed' } as never);
  const warnings = [{ path: 'userData.em', code: 'InvalidHash', message: '' }];
  delivery.onSettled('uet-capi:1', [{ seq: 1, state: 'accepted', warnings }]);
  return metrics.render();
}

const text = await scrape();

test('the table names every metric with its type, and no other', () => {
  const shown = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)]
    .map(([, name, type]) => `${name} ${type}`)
    .filter((line) => !USUAL.test(line));
  expect(documented.map(({ name, type }) => `${name} ${type}`).sort()).toEqual(shown.sort());
});

test('it names every reason of a skip, and every reason to be not ready', () => {
  const row = (name: string) => page.split('\n').find((line) => line.startsWith(`| \`${name}\``));
  for (const reason of Object.keys(SKIP_REASONS))
    expect(row('uet_capi_events_total')).toContain(`\`${reason}\``);
  for (const reason of UNREADY_REASONS) expect(row('uet_capi_unready')).toContain(`\`${reason}\``);
});

test.each(documented)('$name: its labels, and whose number it is', ({ name, scope, labels }) => {
  const sample = new RegExp(`^${name}(?:_sum)?(?:\\{(.*)\\})? `, 'm').exec(text);
  expect(sample, 'a sample in the scrape').not.toBeNull();
  const shown = [...(sample![1] ?? '').matchAll(/(\w+)="/g)].map(([, label]) => label);
  expect(labels.toSorted()).toEqual(shown.toSorted());
  expect(['process', 'store']).toContain(scope);
});
