import { type Html, html } from './html.ts';
import { type Measurement, measurementScripts } from './measurement.ts';
import type { Page } from './pages.ts';

/** A whole document. @param nonce of the Content-Security-Policy, for the inline scripts */
export function layout(page: Page, measurement: Measurement, inCart: number, nonce: string): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${page.title} – Slow Drip</title>
    <link rel="icon" href="/beans.svg">
    <link rel="stylesheet" href="/shop.css">
    ${measurementScripts(measurement, nonce)}
  </head>
  <body>
    <header>
      <a class="brand" href="/">Slow Drip</a>
      <a href="/cart">Cart (${inCart})</a>
    </header>
    <main>${page.body}</main>
    <footer>An example shop. Nothing is sold here.</footer>
    ${measurement.pixel && page.script && html`<script nonce="${nonce}">${page.script}</script>`}
  </body>
</html>
`;
}
