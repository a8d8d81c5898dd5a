import { eventually, expect } from './fixtures.ts';
import { exactly } from './lifecycle/exactly.ts';
import { NAVIGATIONS } from './lifecycle/navigations.ts';
import { test } from './lifecycle/site.ts';

/** Long enough for the pixel's word of the tag on a busy machine, ms. */
const HOLD_MS = 6_000;

for (const spa of [false, true]) {
  test.describe(spa ? 'the tag follows the address by itself' : 'the tag counts only the first load', () => {
    test.use({
      options: {
        config: { holdMs: HOLD_MS },
        pages: { '/': ({ stub, tag, pixel }) => ({ html: `<!doctype html>${tag(spa)}${stub}${pixel}` }) },
      },
    });

    test('12 navigations: one page load for each new address, none for the same', async ({ page, site }) => {
      await exactly({ site, page }, () => page.goto('/'), {
        collector: ['collector page load /', 'collector report'],
        tag: ['tag page load /'],
      });
      for (const { name, go, load, tagLoads, reports } of NAVIGATIONS) {
        const byTag = spa ? (tagLoads ?? (load ? [load] : [])) : [];
        await test.step(name, () =>
          exactly({ site, page }, () => page.evaluate(go), {
            collector: [
              ...(load ? [`collector page load ${load}`] : []),
              ...byTag.slice(-(reports ?? byTag.length)).map(() => 'collector report'),
            ],
            tag: byTag.map((path) => `tag page load ${path}`),
          }),
        );
      }
      if (spa) return;
      const loads = ['/', ...NAVIGATIONS.flatMap(({ load = [] }) => load)].map((path) => site.url + path);
      await eventually(() => site.sandbox.pageLoads().map(({ url }) => url)).toEqual(loads);
      expect(site.sandbox.pageLoads().map(({ channels }) => channels.join())).toEqual([
        'uet',
        ...loads.slice(1).map(() => 'capi'),
      ]);
    });
  });
}
