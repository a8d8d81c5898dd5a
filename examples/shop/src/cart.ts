import type { Request, Response } from 'express';
import { CURRENCY, findProduct, type Product, toValue } from './catalogue.ts';

export interface Line {
  product: Product;
  quantity: number;
}

/** The cart lives in a cookie, `beans.2_mug.1`, so that the shop needs no session store. */
const CART_COOKIE = 'cart';

/** A cart is for people. */
const MAX_QUANTITY = 99;

export function readCart(req: Request): Line[] {
  return readCookie(req, CART_COOKIE)
    .split('_')
    .flatMap((entry) => {
      const [id, count] = entry.split('.');
      const product = findProduct(id);
      const quantity = Math.min(Number.parseInt(count ?? '', 10), MAX_QUANTITY);
      return product && quantity > 0 ? [{ product, quantity }] : [];
    });
}

export function writeCart(res: Response, lines: Line[]): void {
  const text = lines.map(({ product, quantity }) => `${product.id}.${quantity}`).join('_');
  res.cookie(CART_COOKIE, text, { sameSite: 'lax', httpOnly: true });
}

export function withOneMore(lines: Line[], product: Product): Line[] {
  const known = lines.some((line) => line.product === product);
  const grown = lines.map((line) =>
    line.product === product ? { ...line, quantity: line.quantity + 1 } : line,
  );
  return known ? grown : [...lines, { product, quantity: 1 }];
}

export function totalCents(lines: Line[]): number {
  return lines.reduce((sum, { product, quantity }) => sum + product.cents * quantity, 0);
}

/** What an event says about these lines. */
export function eventParams(lines: Line[]) {
  return {
    value: toValue(totalCents(lines)),
    currency: CURRENCY,
    items: lines.map(({ product, quantity }) => ({
      id: product.id,
      name: product.name,
      price: toValue(product.cents),
      quantity,
    })),
  };
}

export function readCookie(req: Request, name: string): string {
  const pairs = (req.headers.cookie ?? '').split('; ').map((pair) => pair.split('='));
  return pairs.find(([key]) => key === name)?.[1] ?? '';
}
