import { violations } from './axe.ts';
import { buy } from './buy.ts';
import { expect, test } from './fixtures.ts';

for (const width of [1280, 390]) {
  test(`axe finds nothing in shop and sandbox, ${width} wide`, async ({ page, world }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.goto('/');
    expect(await violations(page), 'shop').toEqual([]);
    await buy(page, 'Stoneware Mug');
    expect(await violations(page), 'thank-you page').toEqual([]);

    await page.goto(world.sandbox.url);
    await expect(page.getByRole('region', { name: 'Conversions: table' })).toContainText('purchase');
    expect(await violations(page), 'sandbox').toEqual([]);
  });
}
