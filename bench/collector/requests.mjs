import { randomBytes } from 'node:crypto';
import { SERVER_KEY, SITE_ORIGIN, TAG_ID } from './site.mjs';

/**
 * The requests that every server gets, byte for byte of the same form. Each is unique in its ids; to
 * cost the sender next to nothing, a request is one buffer in which the ids are overwritten in place.
 */

const ROUTES = { pixel: pixelRequest, server: serverRequest };

/** Events of one visitor when they come one by one; a batch of a browser is of one visitor anyway. */
const EVENTS_PER_VISITOR = 4;

/** Articles of the shop, each with its own address and title. */
const PRODUCTS = 1_000;

/** Stand in the text for what is overwritten; of the same length. */
const EVENT_ID = 'EEEEEEEE-EEEE-7EEE-8EEE-EEEEEEEEEEEE';
const VISITOR_ID = 'VVVVVVVVVVVV1abc8VVVVVVVVVVVVVVV';
const CLICK_ID = 'CCCCCCCC-7e24-13e3-a408-1719e839afe6';
const PRODUCT = 'PPPPP';

/**
 * @param {'pixel' | 'server'} route
 * @param {number} batch events in one request
 * @returns {() => Buffer} gives the next request, in the same buffer again
 */
export function requestSource(route, batch) {
  const request = Buffer.from(ROUTES[route](batch));
  const eventIds = positions(request, EVENT_ID);
  const visitorIds = positions(request, VISITOR_ID);
  const clickIds = positions(request, CLICK_ID);
  const products = positions(request, PRODUCT);
  const run = randomBytes(8).toString('hex');
  let events = 0;
  // A browser's request is of one visitor; a server reports what many did.
  const visitorOf = (index) =>
    route === 'server' ? events + index : Math.floor(events / batch / EVENTS_PER_VISITOR);
  return () => {
    const perEvent = products.length / batch;
    products.forEach((at, index) => {
      const product = (events + Math.floor(index / perEvent)) % PRODUCTS;
      request.latin1Write(String(product).padStart(5, '0'), at);
    });
    clickIds.forEach((at, index) => {
      request.latin1Write(visitorOf(index).toString(16).padStart(8, '0'), at);
    });
    visitorIds.forEach((at, index) => {
      request.latin1Write(visitorOf(index).toString(16).padStart(12, '0'), at);
      request.latin1Write(run.slice(0, 15), at + 17);
    });
    for (const at of eventIds) request.latin1Write(eventId(run, events++), at);
    return request;
  };
}

/** Begins with the time, as the pixel's and most servers' do: version 7. */
function eventId(run, count) {
  const time = `0${Date.now().toString(16)}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-7${run.slice(0, 3)}-8${run.slice(3, 6)}-${run.slice(6, 10)}${count.toString(16).padStart(8, '0')}`;
}

function positions(buffer, text) {
  const found = [];
  for (let at = buffer.indexOf(text); at >= 0; at = buffer.indexOf(text, at + text.length)) found.push(at);
  return found;
}

/** As Chromium sends it from a page of the same site. */
function pixelRequest(batch) {
  const body = JSON.stringify({
    v: 1,
    sentAt: Date.now(),
    data: Array.from({ length: batch }, () => ({ ...event(), consent: 'granted' })),
  });
  return post('/m/e', body, {
    'sec-ch-ua-platform': '"Windows"',
    'user-agent': USER_AGENT,
    'sec-ch-ua': '"Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"',
    'content-type': 'text/plain;charset=UTF-8',
    'sec-ch-ua-mobile': '?0',
    accept: '*/*',
    origin: SITE_ORIGIN,
    'sec-fetch-site': 'same-site',
    'sec-fetch-mode': 'cors',
    'sec-fetch-dest': 'empty',
    referer: `${SITE_ORIGIN}/`,
    'accept-encoding': 'gzip, deflate, br, zstd',
    'accept-language': 'de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7',
    cookie: `_uetvid=${VISITOR_ID}; _capi_vid=${VISITOR_ID}; _ga=GA1.1.1234567890.1790000000`,
  });
}

/** As a shop's back end sends it. */
function serverRequest(batch) {
  const server = () => {
    const { userData, ...rest } = event();
    return {
      ...rest,
      adStorageConsent: 'G',
      userData: { ...userData, clientIpAddress: '203.0.113.7', clientUserAgent: USER_AGENT },
    };
  };
  const body = JSON.stringify({ data: Array.from({ length: batch }, server) });
  return post(`/m/v1/${TAG_ID}/events`, body, {
    'user-agent': 'node',
    accept: '*/*',
    'content-type': 'application/json',
    authorization: `Bearer ${SERVER_KEY}`,
  });
}

function event() {
  return {
    eventType: 'custom',
    eventName: 'add_to_cart',
    eventId: EVENT_ID,
    eventTime: Math.floor(Date.now() / 1_000),
    eventSourceUrl: `${SITE_ORIGIN}/shoes/trail-runner-${PRODUCT}?color=blue&utm_source=bing&utm_campaign=summer`,
    referrerUrl: `${SITE_ORIGIN}/shoes`,
    pageLoadId: '7c1d9a52-4f0e-4c1b-8a77-2b6f7d0e5a90',
    pageTitle: `Trail Runner ${PRODUCT} – Shoes – Shop`,
    userData: { anonymousId: VISITOR_ID, msclkid: CLICK_ID },
    customData: {
      value: 129.95,
      currency: 'EUR',
      items: [{ id: `SKU-${PRODUCT}-BL-43`, name: `Trail Runner ${PRODUCT}`, price: 129.95, quantity: 1 }],
      pageType: 'product',
    },
  };
}

const USER_AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

function post(path, body, headers) {
  const all = {
    host: 'm.shop.example',
    connection: 'keep-alive',
    'content-length': Buffer.byteLength(body),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
