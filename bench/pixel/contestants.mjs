import { readFileSync } from 'node:fs';
import { startOurPixel } from '../../e2e/matrix/our-pixel.ts';
import { bundle } from './bundle.mjs';

/**
 * Who is measured: our pixel, and peers from npm with their default settings, except that page views
 * are tracked only where a table says so. Each gives
 *
 * - `name`, and `version` of a peer;
 * - `start()`: a contestant of the fault matrix, see `e2e/matrix/contestant.ts`, that also has
 *   `script(collectorUrl, pageViews)`, the text of a page's script that leaves it ready to track.
 */
export const CONTESTANTS = [
  { name: 'uet-capi', start: startOurs },
  peer({
    name: 'Plausible',
    from: '@plausible-analytics/tracker',
    imports: `import { init, track } from '@plausible-analytics/tracker'; Object.assign(window, { init, peer: track });`,
    begin: (url, pageViews) =>
      `init({ domain: 'shop.example', endpoint: '${url}/api/event', captureOnLocalhost: true,
        autoCapturePageviews: ${pageViews}, logging: false })`,
    track: `peer('purchase', { props: { id, text }, revenue: { currency: 'EUR', amount: 5 } })`,
    answer: () => new Response('ok', { status: 202 }),
  }),
  peer({
    name: 'Snowplow',
    from: '@snowplow/browser-tracker',
    imports: `import { newTracker, trackPageView, trackStructEvent } from '@snowplow/browser-tracker';
      Object.assign(window, { newTracker, trackPageView, peer: trackStructEvent });`,
    begin: (url, pageViews) =>
      `newTracker('sp', '${url}', { appId: 'shop' }); ${pageViews ? 'trackPageView()' : ''}`,
    track: `peer({ category: 'shop', action: 'purchase', label: id, property: text, value: 5 })`,
    answer: () => new Response('ok'),
  }),
  peer({
    name: 'Segment',
    from: '@segment/analytics-next',
    imports: `import { AnalyticsBrowser } from '@segment/analytics-next'; window.AnalyticsBrowser = AnalyticsBrowser;`,
    begin: (url, pageViews) =>
      `window.peer = AnalyticsBrowser.load({ writeKey: 'key', cdnURL: '${url}', cdnSettings: { integrations: {
        'Segment.io': { apiKey: 'key', apiHost: '${url.replace('http://', '')}/v1', protocol: 'http' } } } });
        ${pageViews ? 'peer.page()' : ''}`,
    track: `peer.track('purchase', { id, text, value: 5 })`,
    answer: () => Response.json({ success: true }),
  }),
  peer({
    name: 'RudderStack',
    from: '@rudderstack/analytics-js',
    imports: `import { RudderAnalytics } from '@rudderstack/analytics-js/bundled'; window.RudderAnalytics = RudderAnalytics;`,
    begin: (url, pageViews) =>
      `window.peer = new RudderAnalytics(); peer.load('key', '${url}', { configUrl: '${url}' });
        ${pageViews ? 'peer.page()' : ''}`,
    track: `peer.track('purchase', { id, text, value: 5 })`,
    answer: (request) =>
      new URL(request.url).pathname.startsWith('/sourceConfig')
        ? Response.json(RUDDERSTACK_SOURCE)
        : new Response('OK'),
  }),
  peer({
    name: 'Mixpanel',
    from: 'mixpanel-browser',
    imports: `import mixpanel from 'mixpanel-browser'; window.peer = mixpanel;`,
    begin: (url, pageViews) =>
      `peer.init('key', { api_host: '${url}', track_pageview: ${pageViews}, autocapture: false })`,
    track: `peer.track('purchase', { id, text, value: 5 })`,
    answer: () => Response.json({ status: 1, error: null }),
    // A form whose field \`data\` is base64 or JSON.
    decode(body) {
      const data = new URLSearchParams(body.toString()).get('data') ?? '';
      return data + Buffer.from(data, 'base64').toString();
    },
  }),
];

/** What its control plane tells a source without destinations. */
const RUDDERSTACK_SOURCE = {
  source: {
    id: 'source',
    name: 'shop',
    writeKey: 'key',
    enabled: true,
    workspaceId: 'workspace',
    config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
    destinations: [],
    dataplanes: {},
  },
};

async function startOurs() {
  const pixel = await startOurPixel();
  return {
    ...pixel,
    async script(collectorUrl, pageViews) {
      const served = await pixel.answer(new Request(`${collectorUrl}/m/c.js`));
      // Inline there is no address that it was loaded from.
      const attributes = { endpoint: `${collectorUrl}/m/`, autoPage: String(pageViews) };
      return `Object.assign(document.currentScript.dataset, ${JSON.stringify(attributes)}); ${await served.text()}`;
    },
  };
}

function peer({ name, from, imports, begin, track, answer, decode }) {
  const { version } = JSON.parse(readFileSync(`${import.meta.dirname}/node_modules/${from}/package.json`));
  const code = bundle(imports);
  return {
    name,
    version,
    start: async () => ({
      name,
      head: (url) => `<script src="${url}/peer.js"></script><script>${begin(url, false)}</script>`,
      script: async (url, pageViews) => `${await code}\n;${begin(url, pageViews)}`,
      track,
      isEvent: (request) => request.method === 'POST',
      async answer(request) {
        const given =
          new URL(request.url).pathname === '/peer.js' ? new Response(await code) : answer(request);
        return allowed(request, given);
      },
      ...(decode && { decode }),
      settle: async () => {},
    }),
  };
}

/** Answers of a collector that lets every page read them, preflights too. */
function allowed(request, { status, body }) {
  const asked = request.headers.get('access-control-request-headers');
  const headers = {
    'access-control-allow-origin': request.headers.get('origin') ?? '*',
    'access-control-allow-credentials': 'true',
    ...(asked && { 'access-control-allow-headers': asked, 'access-control-allow-methods': 'GET, POST' }),
  };
  return new Response(body, { status, headers });
}
