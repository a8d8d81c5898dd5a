import { CERTAIN, WRITTEN } from './planted.ts';

/** One request with identity in every field and header that takes text. */
export interface PlantedRequest {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string;
  /** How many events it holds. */
  events: number;
}

export interface Target {
  tagId: string;
  serverKey: string;
  origin: string;
}

/** Events in a request of the pixel and of a server. */
const BATCH = 20;

/** Every so many events the shared ids and names hold identity too: these events are refused. */
const REFUSED_EVERY = 10;

/** As often as real traffic, roughly: the pixel, servers, the site's code, browsers without script. */
const WAYS = ['pixel', 'server', 'pixel', 'track', 'image', 'unauthorised', 'garbage'] as const;

/** @param number counts up; decides all */
export function createPlantedRequest(number: number, target: Target): PlantedRequest {
  const way = WAYS[number % WAYS.length]!;
  const first = number * BATCH;
  const headers = plantedHeaders(first, target.origin);
  const events = (count: number, consent: object) =>
    Array.from({ length: count }, (_, index) => ({ ...plantedEvent(first + index), ...consent }));
  const key = { Authorization: `Bearer ${target.serverKey}`, 'Content-Type': 'application/json' };
  const query = new URLSearchParams({ q: certain(first) });

  switch (way) {
    case 'pixel': {
      const report = { pageLoadId: certain(first), mid: certain(first + 1), tagSentPageLoad: true };
      const envelope = {
        v: 1,
        data: events(BATCH, { consent: 'granted' }),
        reports: [report],
        note: free(first),
      };
      return {
        method: 'POST',
        path: `/m/e?${query}`,
        headers: { ...headers, Origin: target.origin, 'Content-Type': 'text/plain' },
        body: JSON.stringify(envelope),
        events: BATCH,
      };
    }
    case 'server':
      return {
        method: 'POST',
        path: `/m/v1/${target.tagId}/events?${query}`,
        headers: { ...headers, ...key },
        body: JSON.stringify({
          data: events(BATCH, { adStorageConsent: 'G' }),
          continueOnValidationError: true,
          dataProvider: free(first),
        }),
        events: BATCH,
      };
    case 'track':
      return {
        method: 'POST',
        path: '/track',
        headers,
        body: JSON.stringify(plantedEvent(first + 1)),
        events: 1,
      };
    case 'image': {
      const page = new URLSearchParams({
        u: plantedUrl(first),
        r: plantedUrl(first + 1),
        t: free(first),
        x: free(first),
      });
      return { method: 'GET', path: `/m/e.gif?${page}`, headers, events: 1 };
    }
    case 'unauthorised': {
      const authorization = { Authorization: `Bearer ${encodeURIComponent(certain(first))}` };
      return {
        method: 'POST',
        path: `/m/v1/${encodeURIComponent(certain(first))}/events`,
        headers: { ...headers, ...key, ...authorization },
        body: '{}',
        events: 0,
      };
    }
    case 'garbage':
      return {
        method: 'POST',
        path: '/m/e',
        headers: { ...headers, Origin: target.origin, 'Content-Type': 'text/plain' },
        body: `{"v": 1, "data": ["${free(first).replaceAll('\\', '')}", {"${certain(first).replaceAll('\\', '')}": 1}], ${free(first)}`,
        events: 0,
      };
  }
}

const certain = (n: number) => CERTAIN[n % CERTAIN.length]!(n);
const free = (n: number) => {
  const forms = [...CERTAIN, ...WRITTEN];
  return `for ${forms[n % forms.length]!(n)} today`;
};

/** In the parts of an address that browsers and servers hand on. */
function plantedUrl(n: number): string {
  const value = encodeURIComponent(certain(n));
  const address = encodeURIComponent(`https://sso.example/?next=${encodeURIComponent(certain(n + 1))}`);
  return [
    `https://shop.example/a?q=${value}&phone=015207070707&back=${address}`,
    `https://shop.example/users/${value}/orders?token=${value}`,
    `https://shop.example/#/login?user=${value}`,
    `https://leakmark:planted@shop.example/?a=1&amp;e=${value}`,
    `https://shop.example/search?q=${encodeURIComponent(free(n))}`,
  ][n % 5]!;
}

/** Every text field of the API in turn has every form; unknown fields on every level too. */
function plantedEvent(n: number): Record<string, unknown> {
  const refused = n % REFUSED_EVERY === 0;
  // A field each, so that over many events every field has had every form.
  let field = 0;
  const next = () => n + field++ * 7;
  const custom = n % 3 !== 0;
  return {
    eventType: custom ? 'custom' : 'pageLoad',
    eventName: refused && n % 20 === 0 ? certain(next()) : custom ? 'purchase' : '',
    eventId: refused && n % 20 !== 0 ? certain(next()) : `e-${n}`,
    eventTime: Math.floor(Date.now() / 1_000),
    eventSourceUrl: plantedUrl(next()),
    pageLoadId: certain(next()),
    referrerUrl: plantedUrl(next()),
    pageTitle: free(next()),
    keywords: free(next()),
    context: Buffer.from(JSON.stringify({ v: 1, a: certain(next()), p: certain(next()) })).toString(
      'base64url',
    ),
    unknown: free(next()),
    userData: {
      anonymousId: certain(next()),
      externalId: certain(next()),
      email: `leakmark.n${n}@planted.example`,
      phone: '+4915207070707',
      msclkid: certain(next()),
      idfa: certain(next()),
      gaid: certain(next()),
      clientIpAddress: certain(next()),
      clientUserAgent: `Mozilla/5.0 (${certain(next())})`,
      unknown: free(next()),
    },
    customData: {
      eventCategory: free(next()),
      eventLabel: free(next()),
      currency: certain(next()),
      searchTerm: free(next()),
      ecommCategory: free(next()),
      pageType: certain(next()),
      transactionId: refused && n % 3 === 1 ? certain(next()) : `t-${n}`,
      items: [{ id: certain(next()), name: free(next()), price: 5, unknown: free(next()) }],
      itemIds: [certain(next()), 'mug'],
      hotelData: {
        partnerHotelId: certain(next()),
        bookingHref: plantedUrl(next()),
        // A wrong date costs all the others.
        checkinDate: n % 4 === 0 ? certain(next()) : '2026-10-14',
        unknown: free(next()),
      },
      unknown: free(next()),
    },
  };
}

/** In what browsers and proxies send, as far as a header can hold it. */
function plantedHeaders(n: number, origin: string): Record<string, string> {
  const visible = encodeURI(certain(n));
  return {
    'User-Agent': `Mozilla/5.0 (${visible}) Chrome/126.0`,
    Referer: `${origin}/?e=${visible}`,
    Cookie: `_capi_vid=${visible}; _capi_msclkid=${visible}; user=${visible}`,
    'Accept-Language': 'de',
    'X-Forwarded-For': visible,
    'X-User': visible,
    'Sec-Fetch-Site': 'same-site',
  };
}
