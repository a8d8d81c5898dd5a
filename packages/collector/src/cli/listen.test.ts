import { expect, test } from 'vitest';
import { listen, urlOf } from './listen.ts';

test('the address is the one where it answers', async () => {
  const service = await listen({ host: '127.0.0.1', port: 0 }, (_, response) => response.end('here'));
  expect(await (await fetch(service.url)).text()).toBe('here');
  await service.close();
});

test('an idle connection outlives those of proxies, which keep theirs for a minute', async () => {
  const service = await listen({ host: '127.0.0.1', port: 0 }, (_, response) => response.end());
  const { headers } = await fetch(service.url);
  expect(Number(/^timeout=(\d+)$/.exec(headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThan(60);
  await service.close();
});

test.each([
  ['127.0.0.1', 'http://127.0.0.1:8080'],
  ['localhost', 'http://localhost:8080'],
  ['::1', 'http://[::1]:8080'],
])('%s', (host, url) => expect(urlOf(host, 8080)).toBe(url));
