import { eventParams, type Line, totalCents } from './cart.ts';
import { PRODUCTS, type Product, toPrice } from './catalogue.ts';
import { type Html, html, json } from './html.ts';

/** A page's content, and the script by which it tells the pixel what happened on it. */
export interface Page {
  title: string;
  body: Html;
  script?: Html;
}

export interface Order {
  id: string;
  lines: Line[];
}

export function landingPage(): Page {
  return {
    title: 'Good coffee, slowly',
    body: html`
      <section class="hero">
        <h1>Good coffee, slowly.</h1>
        <p>Beans from people we know, and the few tools you need to do them justice.</p>
      </section>
      <ul class="products">
        ${PRODUCTS.map(
          (product) => html`
        <li><a href="/products/${product.id}">
          ${picture(product)}
          <strong>${product.name}</strong>
          <span>${toPrice(product.cents)}</span>
        </a></li>`,
        )}
      </ul>`,
  };
}

export function productPage(product: Product): Page {
  return {
    title: product.name,
    body: html`
      <article class="product">
        ${picture(product)}
        <div>
          <h1>${product.name}</h1>
          <p>${product.blurb}</p>
          <p class="price">${toPrice(product.cents)}</p>
          <form method="post" action="/cart">
            <input type="hidden" name="product" value="${product.id}">
            <button>Add to cart</button>
          </form>
        </div>
      </article>`,
    script: html`capi.track('view_item', ${json(eventParams([{ product, quantity: 1 }]))});`,
  };
}

/** @param added the product that was put in just now */
export function cartPage(lines: Line[], added: Product | undefined): Page {
  const empty = html`<p>Nothing in it yet.</p><p><a class="button" href="/">Look around</a></p>`;
  return {
    title: 'Your cart',
    body: html`
      <h1>Your cart</h1>
      ${lines.length === 0 ? empty : html`${table(lines)}<p><a class="button" href="/checkout">Check out</a></p>`}`,
    ...(added && {
      script: html`capi.track('add_to_cart', ${json(eventParams([{ product: added, quantity: 1 }]))});`,
    }),
  };
}

export function checkoutPage(lines: Line[]): Page {
  return {
    title: 'Check out',
    body: html`
      <h1>Check out</h1>
      ${table(lines)}
      <form method="post" action="/orders" id="order">
        <label>E-mail <input type="email" name="email" required autocomplete="email"></label>
        <input type="hidden" name="context">
        <button>Buy now</button>
      </form>`,
    // The address is hashed in the browser. The context lets the shop's server report this order as
    // this visitor's.
    script: html`
      const form = document.getElementById('order');
      form.email.addEventListener('change', () => capi.identify({ email: form.email.value }));
      form.addEventListener('submit', () => { form.context.value = capi.context(); });`,
  };
}

export function thankYouPage(order: Order): Page {
  return {
    title: 'Thank you',
    body: html`
      <h1>Thank you!</h1>
      <p>Your order <strong id="order-id">${order.id}</strong> is on its way.</p>
      ${table(order.lines)}
      <p><a class="button" href="/">Back to the shop</a></p>`,
    // May run again on a reload: the order counts once, by its transactionId.
    script: html`capi.track('purchase', ${json(purchaseParams(order))});`,
  };
}

export function notFoundPage(): Page {
  return {
    title: 'Not found',
    body: html`<h1>Not found</h1><p><a class="button" href="/">To the shop</a></p>`,
  };
}

/** The same for the page and for the server. */
export function purchaseParams(order: Order) {
  return { transactionId: order.id, ...eventParams(order.lines) };
}

function table(lines: Line[]): Html {
  return html`
    <table>
      ${lines.map(
        ({ product, quantity }) => html`
      <tr><td>${quantity} × ${product.name}</td><td>${toPrice(product.cents * quantity)}</td></tr>`,
      )}
      <tr class="total"><td>Total</td><td id="total">${toPrice(totalCents(lines))}</td></tr>
    </table>`;
}

function picture(product: Product): Html {
  return html`<img src="/${product.id}.svg" alt="" width="320" height="240">`;
}
