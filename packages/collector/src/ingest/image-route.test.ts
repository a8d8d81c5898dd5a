import { describe, expect, test } from 'vitest';
import { answerNotFound } from './node.ts';
import { serve } from './testing/serve.ts';
import { createTestListener } from './testing/test-listener.ts';
import { wrap } from './wrap.ts';

const GIF_HEADER = 'GIF89a';

async function start(config: object = {}) {
  const test = createTestListener(config);
  const server = await serve(wrap(test.listener, answerNotFound, '/'));
  const load = async (query: string, headers: Record<string, string> = {}, method = 'GET') => {
    const answer = await server.send(method, `/e.gif${query}`, {
      headers: { host: 'm.store.test', ...headers },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/gif',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'cross-origin',
      'content-length': '42',
    });
    expect(answer.headers['set-cookie']).toBeUndefined();
    return answer;
  };
  return { ...test, load };
}

describe('GET /e.gif', () => {
  test('is a page load with address, referrer and title', async () => {
    const { load, intake } = await start();
    const query = new URLSearchParams({
      u: 'https://store.test/a?b=c',
      r: 'https://www.bing.com/',
      t: 'Ä & B',
    });
    const answer = await load(`?${query}`, { 'user-agent': 'Lynx' });
    expect(answer.bytes.subarray(0, 6).toString()).toBe(GIF_HEADER);
    expect(intake.noscriptCalls).toEqual([
      {
        siteId: 'site',
        page: { url: 'https://store.test/a?b=c', referrer: 'https://www.bing.com/', title: 'Ä & B' },
        client: {
          receivedAt: expect.any(Number),
          ip: '127.0.0.1',
          userAgent: 'Lynx',
          refuses: false,
          country: undefined,
        },
      },
    ]);
  });

  test('takes the address from the Referer where none is given', async () => {
    const { load, intake } = await start();
    await load('', { referer: 'https://store.test/page' });
    await load('?u=', { referer: 'https://store.test/page' });
    expect(intake.noscriptCalls.map(({ page }) => page)).toEqual(
      Array(2).fill({ url: 'https://store.test/page' }),
    );
  });

  test.each<[what: string, query: string, headers: Record<string, string>]>([
    ['no page', '', {}],
    ['an address of another kind', '?u=javascript:alert(1)', {}],
    ['no address', '?u=http://', {}],
    ['broken percent-encoding', '?u=%E0%A4%A&r=%', {}],
    ['prerendering', '?u=https://store.test/', { 'sec-purpose': 'prefetch;prerender' }],
    ['a page of another site', '?u=https://store.test/', { referer: 'https://evil.test/' }],
    ['another site that hides', '?u=https://store.test/', { 'sec-fetch-site': 'cross-site' }],
    [
      'another site, by both',
      '?u=https://store.test/',
      { 'sec-fetch-site': 'cross-site', referer: 'https://evil.test/' },
    ],
  ])('the image but no page load: %s', async (_, query, headers) => {
    const { load, intake } = await start();
    await load(query, headers);
    expect(intake.noscriptCalls).toEqual([]);
  });

  test('page loads without script are the first to go when the collector is under pressure', async () => {
    const { load, intake, setReady } = await start();
    setReady(false);
    expect((await load('?u=https://store.test/')).bytes.subarray(0, 6).toString()).toBe(GIF_HEADER);
    expect(intake.noscriptCalls).toEqual([]);
    setReady(true);
    await load('?u=https://store.test/');
    expect(intake.noscriptCalls).toHaveLength(1);
  });

  test('a configured origin is ours, also cross-site', async () => {
    const { load, intake } = await start({ origins: ['https://*.shop.example'] });
    await load('', { 'sec-fetch-site': 'cross-site', referer: 'https://www.shop.example/page' });
    expect(intake.noscriptCalls).toHaveLength(1);
  });

  test('the first of a repeated parameter counts', async () => {
    const { load, intake } = await start();
    await load('?u=https://store.test/1&u=https://store.test/2&t=&t=x');
    expect(intake.noscriptCalls.map(({ page }) => page)).toEqual([{ url: 'https://store.test/1' }]);
  });

  test('HEAD is no page load', async () => {
    const { load, intake } = await start();
    expect((await load('?u=https://store.test/', {}, 'HEAD')).bytes).toHaveLength(0);
    expect(intake.noscriptCalls).toEqual([]);
  });
});
