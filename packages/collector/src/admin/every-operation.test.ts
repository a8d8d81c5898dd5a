import { expect, test } from 'vitest';
import { CALLS } from './testing/calls.ts';
import {
  ADMIN_TOKEN,
  READ_TOKEN,
  type RunningCollector,
  runCollector,
  SHOP_TOKEN,
  storeEvent,
} from './testing/running-collector.ts';

interface Described {
  method: string;
  /** Below `/admin/api`. */
  path: string;
  operationId: string;
  needsAdmin: boolean;
  isLive: boolean;
}

/** Every call of the served description but for the session's, which `admin-routes.test.ts` makes. */
async function describedBy({ call }: RunningCollector): Promise<Described[]> {
  const { body } = await call('GET', '/openapi.json');
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    path.startsWith('/admin/api/')
      ? Object.entries(methods as Record<string, { operationId: string; description?: string }>).map(
          ([method, { operationId, description }]) => ({
            method: method.toUpperCase(),
            path: path.slice('/admin/api'.length),
            operationId,
            needsAdmin: description !== undefined,
            isLive: JSON.stringify(methods).includes('text/event-stream'),
          }),
        )
      : [],
  );
}

test('every documented operation can be called as documented, and only with the token it needs', async () => {
  const running = await runCollector();
  const described = new Map((await describedBy(running)).map((one) => [one.operationId, one]));
  expect([...described.keys()].sort()).toEqual(Object.keys(CALLS).sort());

  for (const [id, sample] of Object.entries(CALLS)) {
    const { method, path, needsAdmin, isLive } = described.get(id)!;
    const { params = {}, ...options } = await sample(running);
    const called = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name]!));
    const attempt = (token: string) => running.call(method, called, { ...options, token });
    expect((await attempt('wrong')).status, id).toBe(401);
    if (needsAdmin) expect((await attempt(READ_TOKEN)).body.error, id).toMatchObject({ code: 'read_only' });
    // A stream has no end; `operations/follow-events.test.ts` reads it.
    if (isLive) continue;
    const answer = await attempt(needsAdmin ? ADMIN_TOKEN : READ_TOKEN);
    expect(answer, id).toMatchObject({ status: expect.toSatisfy((status) => status >= 200 && status < 300) });
  }
});

test('with a token for one site no answer speaks of another', async () => {
  const running = await runCollector();
  await storeEvent(running, 'of the shop');
  await storeEvent(running, 'of the blog', { site: 'blog' });
  const described = await describedBy(running);
  for (const { operationId, method, path, needsAdmin, isLive } of described) {
    if (needsAdmin || isLive || path.includes('{') || operationId === 'getDescription') continue;
    for (const query of [{}, { site: 'blog' }] as Record<string, string>[]) {
      const { status, body } = await running.call(method, path, { query, token: SHOP_TOKEN });
      // Not every operation can be asked for a site.
      if (status !== 400) expect(status, operationId).toBe(200);
      expect(JSON.stringify(body), operationId).not.toMatch(/blog|uet-capi:22|"22"/);
    }
  }
});
