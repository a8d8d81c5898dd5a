import type { Page } from '@playwright/test';

/** Puts one product into the cart and orders it, from wherever the page is in the shop. */
export async function buy(page: Page, product: string): Promise<{ orderId: string }> {
  await page.goto('/');
  await page.getByRole('link', { name: product }).click();
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByRole('link', { name: 'Check out' }).click();
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByRole('button', { name: 'Buy now' }).click();
  const orderId = (await page.locator('#order-id').textContent()) ?? '';
  return { orderId };
}
