import { expect } from '@playwright/test';
import { ENGINES, NEWER_ENGINES, test } from './engines/test.ts';
import { startOurPixel } from './matrix/our-pixel.ts';
import { observe } from './matrix/outcome.ts';
import { SCENARIOS } from './matrix/scenarios.ts';
import { startWorld } from './matrix/world.ts';

/*
 * The fault matrix in Firefox and WebKit: all of its scenarios ten times in the long form, all but the
 * longest once in the short one; that one is a matter of time, not of the engine. One thing cannot be
 * driven: WebKit's driver has no command that takes a browser offline. "Offline" there is a collector
 * that closes every connection, and no `online` event comes afterwards: the pixel has to try by itself.
 *
 * With the Navigation API a page knows that another one of the site follows, and leaves it what waits:
 * WebKit plays the scenarios that this concerns in both ways.
 */

const REPEAT = process.env.SOAK ? 10 : 1;
const LONGEST = '3 503 for 11 s';
const FOLLOWED = /navigate|pagehide/;

for (const engineName of [...ENGINES, ...NEWER_ENGINES]) {
  test.describe(engineName, () => {
    test.use({ engineName });
    const isNewer = NEWER_ENGINES.includes(engineName);

    if (isNewer)
      test('has it', async ({ visitor }) => {
        const tab = await visitor.open('about:blank');
        expect(await tab.evaluate('typeof navigation')).toBe('object');
      });

    const isPlayed = (name: string) => (isNewer ? FOLLOWED.test(name) : REPEAT > 1 || name !== LONGEST);
    for (const { name, run } of SCENARIOS.filter(({ name }) => isPlayed(name))) {
      for (let round = 1; round <= REPEAT; round++) {
        const title = `${name} (${engineName})${REPEAT > 1 ? `, round ${round}` : ''}`;
        test(title, async ({ visitor }, { annotations }) => {
          const pixel = await startOurPixel();
          const world = await startWorld(pixel);
          try {
            const ids = await run(visitor, world);
            const { lost, wireDuplicates, attempts } = await observe(world, ids);
            annotations.push({
              type: 'wire',
              description: JSON.stringify({ events: ids.length, wireDuplicates, attempts }),
            });
            expect(lost).toEqual([]);
            expect((await pixel.settle()).sort()).toEqual([...ids].sort());
          } finally {
            await world.close();
          }
        });
      }
    }
  });
}
