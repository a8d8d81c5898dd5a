import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface ShopPageOptions {
  /** The UET tag's numeric id. */
  tagId: string;
  /** Address of the UET tag's script. */
  batUrl: string;
  /** Where the collector is mounted, `/m`. */
  mount: string;
  /** Where to look what became of it. */
  debuggerUrl: string;
  sandboxUrl: string;
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --accent: #0b6bcb }
body { font: 17px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem }
section { border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.25rem; margin: 1.25rem 0 }
button { font: inherit; padding: .5rem 1rem; border-radius: 8px; border: 0; background: var(--accent); color: #fff; cursor: pointer }
input { font: inherit; padding: .5rem; border-radius: 8px; border: 1px solid var(--line); max-width: 100% }
a { color: var(--accent) }
@media (prefers-color-scheme: dark) { :root { --accent: #6db3f2 } button { color: #000 } }
`;

/** What a site's own people would write: a product, a sale, a lead. */
const SCRIPT = `
const kettle = { id: 'kettle', name: 'Kettle', price: 49, quantity: 1 };
const said = document.querySelector('[role=status]');
const say = (text) => { said.textContent = text };
document.querySelector('#add').onclick = () => {
  capi.track('add_to_cart', { value: 49, currency: 'EUR', items: [kettle] });
  say('add_to_cart was reported.');
};
document.querySelector('#buy').onclick = () => {
  const transactionId = 'DEMO-' + Date.now();
  capi.track('purchase', { transactionId, value: 49, currency: 'EUR', items: [kettle] });
  say('purchase ' + transactionId + ' was reported. Reported again under the same id, it counts once.');
};
document.querySelector('form').onsubmit = (event) => {
  event.preventDefault();
  capi.identify({ email: event.target.email.value });
  capi.track('lead');
  say('lead was reported, with the hash of the address.');
};
capi.track('view_item', { value: 49, currency: 'EUR', items: [kettle] });
`;

/** One page of a shop with Microsoft's documented UET tag and the pixel, as a customer's has them. */
export function shopPage({ tagId, batUrl, mount, debuggerUrl, sandboxUrl }: ShopPageOptions): string {
  const stub = readFileSync(fileURLToPath(import.meta.resolve('@uet-capi/pixel/stub.js')), 'utf8');
  const tag = `(function(w,d,t,r,u){var f,n,i;w[u]=w[u]||[],f=function(){var o={ti:"${tagId}",enableAutoSpaTracking:true};o.q=w[u],w[u]=new UET(o),w[u].push("pageLoad")},n=d.createElement(t),n.src=r,n.async=1,n.onload=n.onreadystatechange=function(){var s=this.readyState;s&&s!=="loaded"&&s!=="complete"||(f(),n.onload=n.onreadystatechange=null)},i=d.getElementsByTagName(t)[0],i.parentNode.insertBefore(n,i)})(window,document,"script","${batUrl}","uetq");`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Demo shop</title>
    <link rel="icon" href="data:,">
    <style>${STYLE}</style>
    <script>${tag}</script>
    <script>${stub}</script>
    <script async src="${mount}/c.js"></script>
  </head>
  <body>
    <main>
      <h1>Demo shop</h1>
      <p>Nothing is sold here, and nothing leaves this machine. Do what a customer does, then look what became of it:
        in the <a href="${debuggerUrl}" target="_blank">event debugger</a>, and at
        <a href="${sandboxUrl}" target="_blank">what Microsoft would count</a>.</p>
      <section>
        <h2>Kettle, € 49</h2>
        <button id="add">Add to cart</button> <button id="buy">Buy now</button>
      </section>
      <section>
        <h2>Newsletter</h2>
        <form><label>E-mail <input name="email" type="email" required value="jane@shop.example"></label>
          <button>Subscribe</button></form>
      </section>
      <p role="status"></p>
    </main>
    <script>${SCRIPT}</script>
  </body>
</html>
`;
}
