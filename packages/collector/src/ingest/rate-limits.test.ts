import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { answerNotFound } from './node.ts';
import { serve } from './testing/serve.ts';
import { createTestListener, SERVER_KEY, TAG_ID } from './testing/test-listener.ts';
import { wrap } from './wrap.ts';

// It stands still, so that nothing is given back however long a request takes.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const ONCE = { perSecond: 0.01, burst: 2 };

const BEHIND_PROXY = { clientAddress: { trustedProxies: ['loopback'] } };

async function start(config: object) {
  const test = createTestListener({ origins: ['https://shop.example'], ...config });
  const server = await serve(wrap(test.listener, answerNotFound, '/'));
  const page = { origin: 'https://shop.example', 'content-type': 'text/plain' };
  const from = (address?: string) => (address ? { 'x-forwarded-for': address } : {});
  return {
    ...test,
    pixel: (address?: string, path = '/e', data: unknown[] = []) =>
      server.send('POST', path, {
        headers: { ...page, ...from(address) },
        body: JSON.stringify({ v: 1, data }),
      }),
    image: (address?: string) =>
      server.send('GET', '/e.gif?u=https://shop.example/', { headers: from(address) }),
    capi: (key: string, address?: string, tagId = TAG_ID) =>
      server.send('POST', `/v1/${tagId}/events`, {
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...from(address) },
        body: '{"data":[]}',
      }),
    conversions: (key: string, address?: string) =>
      server.send('POST', '/v1/conversions', {
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...from(address) },
        body: '{"conversions":[{}]}',
      }),
  };
}

async function statuses(count: number, send: () => Promise<{ status: number }>): Promise<number[]> {
  const seen: number[] = [];
  for (let i = 0; i < count; i++) seen.push((await send()).status);
  return seen;
}

describe('browser routes', () => {
  test('each visitor has a limit; the page can read how long to wait', async () => {
    const { pixel, intake } = await start({ ...BEHIND_PROXY, rateLimits: { perClient: ONCE } });
    expect(await statuses(3, () => pixel('203.0.113.1'))).toEqual([202, 202, 429]);
    const refused = await pixel('203.0.113.1');
    expect(refused.headers['retry-after']).toBe('100');
    expect(refused.headers['access-control-allow-origin']).toBe('https://shop.example');
    expect(refused.headers['access-control-expose-headers']).toBe('Retry-After');
    expect(JSON.parse(refused.text)).toEqual({ error: { message: 'too many requests; nothing was taken' } });
    expect((await pixel('203.0.113.2')).status).toBe(202);
    expect(intake.pixelCalls).toHaveLength(3);
  });

  test('a request counts once for each hundred events, and is taken as a whole', async () => {
    const rates = { perClient: { perSecond: 0.01, burst: 10 } };
    const { pixel } = await start({ ...BEHIND_PROXY, rateLimits: rates });
    const many = (count: number) => pixel('203.0.113.1', '/e', Array(count).fill({}));
    expect(await statuses(4, () => many(100))).toEqual([202, 202, 202, 202]);
    expect((await many(401)).status).toBe(202);
    expect((await many(1_000)).status).toBe(202);
    expect((await many(1)).status).toBe(429);
    expect((await many(1)).headers['retry-after']).toBe('100');
    expect((await pixel('203.0.113.2')).status).toBe(202);
  });

  test('an IPv6 visitor is a /64', async () => {
    const { pixel } = await start({ ...BEHIND_PROXY, rateLimits: { perClient: ONCE } });
    let host = 1;
    expect(await statuses(3, () => pixel(`2001:db8:1:2::${host++}`))).toEqual([202, 202, 429]);
    expect((await pixel('2001:db8:1:3::1')).status).toBe(202);
  });

  test('what a visitor writes into the header of a proxy that is not trusted counts for nothing', async () => {
    const { pixel } = await start({
      clientAddress: { trustedProxies: ['10.0.0.0/8'] },
      rateLimits: { perClient: ONCE },
    });
    let forged = 1;
    expect(await statuses(3, () => pixel(`203.0.113.${forged++}`))).toEqual([202, 202, 429]);
  });

  test('a proxy that the config does not name is not taken for one visitor', async () => {
    const { pixel } = await start({ rateLimits: { perClient: ONCE } });
    expect(await statuses(4, () => pixel('203.0.113.1'))).toEqual([202, 202, 202, 202]);
  });

  test('the image stays what it is, and nothing is taken', async () => {
    const { image, intake } = await start({ ...BEHIND_PROXY, rateLimits: { perClient: ONCE } });
    expect(await statuses(4, () => image('203.0.113.1'))).toEqual([200, 200, 200, 200]);
    expect(intake.noscriptCalls).toHaveLength(2);
  });

  test('each site has a limit, and all together', async () => {
    const sites = ['a', 'b', 'c'].map((id, index) => ({ id, tagId: `${index + 1}` }));
    const { pixel } = await start({
      ...{ tagId: undefined, sites },
      rateLimits: { perSite: ONCE, overall: { perSecond: 0.01, burst: 3 } },
    });
    expect(await statuses(3, () => pixel('', '/a/e'))).toEqual([202, 202, 429]);
    expect(await statuses(2, () => pixel('', '/b/e'))).toEqual([202, 429]);
    expect((await pixel('', '/c/e')).status).toBe(429);
  });

  test('by default a visitor may send 200 at once', async () => {
    const { pixel } = await start(BEHIND_PROXY);
    const many = await Promise.all(Array.from({ length: 400 }, () => pixel('203.0.113.1')));
    const answered = (wanted: number) => many.filter(({ status }) => status === wanted).length;
    expect([answered(202), answered(429)]).toEqual([200, 200]);
  });
});

describe('server routes', () => {
  test('each key has a limit', async () => {
    const { capi } = await start({ rateLimits: { perServerKey: ONCE } });
    expect(await statuses(2, () => capi(SERVER_KEY))).toEqual([200, 200]);
    const refused = await capi(SERVER_KEY);
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('100');
    expect(JSON.parse(refused.text)).toMatchObject({ error: { code: 'TooManyRequests' } });
  });

  test('who was wrong too often waits, with the right key too', async () => {
    const { capi } = await start({ ...BEHIND_PROXY, rateLimits: { failedKeys: ONCE } });
    expect(await statuses(3, () => capi('wrong', '203.0.113.1'))).toEqual([401, 401, 429]);
    expect((await capi(SERVER_KEY, '203.0.113.1')).status).toBe(429);
    expect((await capi('wrong', '203.0.113.1', '99')).status).toBe(429);
    expect((await capi(SERVER_KEY, '203.0.113.2')).status).toBe(200);
  });

  test('behind a proxy that the config does not name nobody is locked out by another', async () => {
    const { capi } = await start({ rateLimits: { failedKeys: ONCE } });
    expect(await statuses(3, () => capi('wrong'))).toEqual([401, 401, 429]);
    expect((await capi(SERVER_KEY)).status).toBe(200);
  });

  test('of several sites with a key each, the key of one is right and a wrong one is one attempt', async () => {
    const sites = [1, 2, 3, 4].map((n) => ({
      id: `site${n}`,
      tagId: `${n}`,
      ...(n > 1 && { serverKeyEnv: `KEY_${n}` }),
    }));
    const { conversions } = await start({ ...BEHIND_PROXY, sites, rateLimits: { failedKeys: ONCE } });
    expect(await statuses(4, () => conversions(SERVER_KEY, '203.0.113.1'))).toEqual([202, 202, 202, 202]);
    expect(await statuses(3, () => conversions('wrong', '203.0.113.2'))).toEqual([401, 401, 429]);
  });
});

test('what was turned away is told, the images too, whose answer does not show it', async () => {
  const { pixel, image, capi, limited } = await start({
    ...BEHIND_PROXY,
    rateLimits: { perClient: ONCE, perServerKey: ONCE, failedKeys: ONCE },
  });
  await statuses(3, () => pixel('203.0.113.1'));
  await image('203.0.113.1');
  expect(limited.splice(0)).toEqual(['browser', 'browser']);
  await statuses(3, () => capi(SERVER_KEY, '203.0.113.2'));
  expect(limited.splice(0)).toEqual(['server']);
  await statuses(3, () => capi('wrong', '203.0.113.3'));
  expect(limited).toEqual(['key']);
});
