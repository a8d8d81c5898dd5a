import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Html, html, json } from './html.ts';

/** What a page needs to measure: the site's own UET tag, and the pixel next to it. */
export interface Measurement {
  /** The UET tag's numeric id. */
  tagId: string;
  /** Address of the UET tag's script. */
  batUrl: string;
  /** Address of the collector: a path of this server or another origin. */
  collectorUrl: string;
  /** Whether pages carry the UET tag. */
  tag: boolean;
  /** Whether pages carry the pixel. */
  pixel: boolean;
}

/** Lets the page call `capi` before the pixel has loaded. A site pastes this text into its pages. */
const STUB = new Html(readFileSync(fileURLToPath(import.meta.resolve('@uet-capi/pixel/stub.js')), 'utf8'));

/** Microsoft's hosts: the second is used for visitors who refuse ad storage. */
const MICROSOFT_ORIGINS = ['https://bat.bing.com', 'https://bat.bing.net'];

/** The scripts in the head of every page. */
export function measurementScripts({ tagId, batUrl, collectorUrl, tag, pixel }: Measurement, nonce: string) {
  return html`
    ${tag && html`<script nonce="${nonce}">${uetTag(tagId, batUrl)}</script>`}
    ${
      pixel &&
      html`<script nonce="${nonce}">${STUB}</script>
    <script async src="${collectorUrl}/c.js"></script>`
    }`;
}

/** Microsoft's documented loader, as the Microsoft Advertising site hands it out. */
function uetTag(tagId: string, batUrl: string): Html {
  return html`(function(w,d,t,r,u){var f,n,i;w[u]=w[u]||[],f=function(){var o={ti:${json(tagId)},enableAutoSpaTracking:true};o.q=w[u],w[u]=new UET(o),w[u].push("pageLoad")},n=d.createElement(t),n.src=r,n.async=1,n.onload=n.onreadystatechange=function(){var s=this.readyState;s&&s!=="loaded"&&s!=="complete"||(f(),n.onload=n.onreadystatechange=null)},i=d.getElementsByTagName(t)[0],i.parentNode.insertBefore(n,i)})(window,document,"script",${json(batUrl)},"uetq");`;
}

/** The Content-Security-Policy under which tag and pixel work, and nothing else from elsewhere. */
export function contentSecurityPolicy({ batUrl, collectorUrl }: Measurement, nonce: string): string {
  const { origin } = new URL(batUrl);
  const tagOrigins = MICROSOFT_ORIGINS.includes(origin) ? MICROSOFT_ORIGINS : [origin];
  const foreign = collectorUrl.startsWith('/') ? [] : [new URL(collectorUrl).origin];
  const sources = ["'self'", ...tagOrigins, ...foreign].join(' ');
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' ${sources}`,
    `img-src data: ${sources}`,
    `connect-src ${sources}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}
