import { expect, test } from '@playwright/test';
import { startOurPixel } from './matrix/our-pixel.ts';
import { observe } from './matrix/outcome.ts';
import { playwrightDriver } from './matrix/playwright-driver.ts';
import { SCENARIOS } from './matrix/scenarios.ts';
import { startWorld } from './matrix/world.ts';

/** Each scenario; ten times in the long form. */
const REPEAT = process.env.SOAK ? 10 : 1;

for (const { name, run } of SCENARIOS) {
  for (let round = 1; round <= REPEAT; round++) {
    test(`${name}${REPEAT > 1 ? `, round ${round}` : ''}`, async ({ context }, { annotations }) => {
      const pixel = await startOurPixel();
      const world = await startWorld(pixel);
      try {
        const ids = await run(playwrightDriver(context), world);
        const { lost, wireDuplicates, attempts } = await observe(world, ids);
        annotations.push({
          type: 'wire',
          description: JSON.stringify({ events: ids.length, wireDuplicates, attempts }),
        });
        expect(lost).toEqual([]);
        await context.close();
        // The collector has drained: what Microsoft has not got by now it never gets.
        expect((await pixel.settle()).sort()).toEqual([...ids].sort());
      } finally {
        await world.close();
      }
    });
  }
}
