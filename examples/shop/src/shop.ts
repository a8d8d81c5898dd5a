import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Collector } from '@uet-capi/collector';
import express, { type Express, type Request, type Response } from 'express';
import { readCart, readCookie, withOneMore, writeCart } from './cart.ts';
import { findProduct } from './catalogue.ts';
import { layout } from './layout.ts';
import { contentSecurityPolicy, type Measurement } from './measurement.ts';
import * as pages from './pages.ts';
import { type ReportOrder, reportByCollector, reportByHttp } from './report-order.ts';

export interface ShopOptions {
  /** The UET tag's numeric id. */
  tagId: string;
  /** Address of the UET tag's script. Default: Microsoft's. */
  batUrl?: string;
  /** The collector to mount at `/m` of this shop. */
  collector?: Collector;
  /** Instead: the address of a collector that runs next to the shop. */
  collectorUrl?: string;
  /** Key of the server routes of the collector at `collectorUrl`. */
  serverKey?: string;
  /** Whether the shop's server reports each order too, besides the thank-you page. Default: no. */
  serverEvents?: boolean;
  /** Whether pages carry the UET tag. Default: yes. */
  tag?: boolean;
  /** Whether pages carry the pixel. Default: yes. */
  pixel?: boolean;
}

/** Where the collector is mounted: short and neutral, because block lists match telling words. */
const MOUNT_PATH = '/m';

/** Remembers, until the cart is shown, what was put into it. */
const ADDED_COOKIE = 'added';

/**
 * A small shop as a site's own people would write it, with the UET tag and the pixel in its pages.
 *
 * @example
 * const collector = await createCollector({ tagId: '12345678' });
 * createShop({ tagId: '12345678', collector }).listen(3000, '127.0.0.1');
 */
export function createShop(options: ShopOptions): Express {
  const measurement: Measurement = {
    tagId: options.tagId,
    batUrl: options.batUrl ?? 'https://bat.bing.com/bat.js',
    collectorUrl: options.collectorUrl ?? MOUNT_PATH,
    tag: options.tag ?? true,
    pixel: options.pixel ?? true,
  };
  const reportOrder = options.serverEvents ? reporter(options) : undefined;
  const orders = new Map<string, pages.Order>();

  const app = express();
  app.disable('x-powered-by');
  if (options.collector) app.use(MOUNT_PATH, options.collector.router);
  app.use(express.static(fileURLToPath(new URL('../public', import.meta.url))));
  app.use(express.urlencoded());

  const show = (req: Request, res: Response, page: pages.Page) => {
    const nonce = randomBytes(16).toString('base64');
    const inCart = readCart(req).reduce((sum, { quantity }) => sum + quantity, 0);
    res.set('Content-Security-Policy', contentSecurityPolicy(measurement, nonce));
    res.send(layout(page, measurement, inCart, nonce).text);
  };

  app.get('/', (req, res) => show(req, res, pages.landingPage()));

  app.get('/products/:id', (req, res, next) => {
    const product = findProduct(req.params.id);
    if (!product) return next();
    show(req, res, pages.productPage(product));
  });

  app.get('/cart', (req, res) => {
    const added = findProduct(readCookie(req, ADDED_COOKIE));
    res.clearCookie(ADDED_COOKIE);
    show(req, res, pages.cartPage(readCart(req), added));
  });

  app.post('/cart', (req, res, next) => {
    const product = findProduct(req.body?.product);
    if (!product) return next();
    writeCart(res, withOneMore(readCart(req), product));
    res.cookie(ADDED_COOKIE, product.id, { sameSite: 'lax', httpOnly: true });
    res.redirect(303, '/cart');
  });

  app.get('/checkout', (req, res) => {
    const lines = readCart(req);
    if (lines.length === 0) return res.redirect(303, '/cart');
    show(req, res, pages.checkoutPage(lines));
  });

  app.post('/orders', async (req, res) => {
    const lines = readCart(req);
    if (lines.length === 0) return res.redirect(303, '/cart');
    // Random, because an order number that comes again after a restart would be an old order.
    const order = { id: `SD-${randomBytes(5).toString('hex').toUpperCase()}`, lines };
    orders.set(order.id, order);
    // An order is taken whether or not it can be counted.
    await reportOrder?.(order, req.body ?? {}).catch((error) => {
      console.error(`Order ${order.id} was not reported:`, error);
    });
    writeCart(res, []);
    res.redirect(303, `/orders/${order.id}`);
  });

  app.get('/orders/:id', (req, res, next) => {
    const order = orders.get(req.params.id);
    if (!order) return next();
    show(req, res, pages.thankYouPage(order));
  });

  app.use((req, res) => show(req, res.status(404), pages.notFoundPage()));

  return app;
}

function reporter({ collector, collectorUrl, serverKey, tagId }: ShopOptions): ReportOrder {
  if (collector) return reportByCollector(collector);
  if (collectorUrl && serverKey) return reportByHttp(collectorUrl, tagId, serverKey);
  throw new TypeError('serverEvents needs a collector, or a collectorUrl and a serverKey');
}
