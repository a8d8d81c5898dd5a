export interface Product {
  id: string;
  name: string;
  /** In cents, because sums of fractions are not exact. */
  cents: number;
  blurb: string;
}

export const CURRENCY = 'EUR';

export const PRODUCTS: Product[] = [
  { id: 'beans', name: 'House Espresso Beans', cents: 1490, blurb: 'One kilo, dark and chocolatey.' },
  { id: 'mug', name: 'Stoneware Mug', cents: 1800, blurb: 'Thrown by hand, holds 300 ml.' },
  { id: 'dripper', name: 'Pour-over Dripper', cents: 2450, blurb: 'Ceramic, for one to four cups.' },
  { id: 'kettle', name: 'Gooseneck Kettle', cents: 8900, blurb: 'Steel, pours as slowly as you like.' },
];

export function findProduct(id: unknown): Product | undefined {
  return PRODUCTS.find((product) => product.id === id);
}

/** An amount as the events carry it: in units of the currency. */
export function toValue(cents: number): number {
  return cents / 100;
}

/** An amount as people read it. */
export function toPrice(cents: number): string {
  return new Intl.NumberFormat('en-IE', { style: 'currency', currency: CURRENCY }).format(toValue(cents));
}
