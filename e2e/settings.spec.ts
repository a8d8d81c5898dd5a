import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CollectorProcess, startCollectorProcess } from './collector-process.ts';
import { ADMIN_TOKEN, eventually, expect, FAST_DELIVERY, SECRETS, SERVER_KEY, test } from './fixtures.ts';

/** Settings that change while collectors run: two processes on one data directory, and commands beside them. */

const BLOG = { id: 'blog', tagId: '22222222' };

test.use({ setting: { collector: 'process' } });

async function call({ url }: CollectorProcess, method: string, path: string, body?: object) {
  const answer = await fetch(`${url}/admin/api${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

async function post({ url }: CollectorProcess, eventId: string): Promise<number> {
  const event = {
    eventType: 'custom',
    eventName: 'lead',
    eventId,
    eventTime: Math.floor(Date.now() / 1_000),
  };
  const answer = await fetch(`${url}/v1/${BLOG.tagId}/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SERVER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ data: [{ ...event, userData: { anonymousId: 'v' } }] }),
  });
  return answer.status;
}

test('a site that one process is told of is taken by the other, delivered, known to commands, and gone again', async ({
  world,
}) => {
  const { sandbox, dataDir } = world;
  const one = world.collectorProcess!;
  const folder = await mkdtemp(join(tmpdir(), 'uet-capi-e2e-settings-'));
  const config = { tagId: '12345678', endpoint: sandbox.url, dataDir, delivery: FAST_DELIVERY };
  const other = await startCollectorProcess(folder, config, SECRETS);
  try {
    expect(await post(other, 'too early')).toBe(401);
    const added = { ...BLOG, tokenEnv: 'UET_CAPI_TOKEN', idFromTransaction: ['lead'] };
    expect(await call(one, 'POST', '/sites', added)).toMatchObject({ status: 201 });
    await eventually(() => post(other, 'order-1')).toBe(200);
    await eventually(() => sandbox.capiEvents().map(({ tagId, eventId }) => [tagId, eventId])).toEqual([
      [BLOG.tagId, 'order-1'],
    ]);

    const orders = join(folder, 'orders.csv');
    await writeFile(orders, 'order id\norder-1\n');
    const reconciled = await other.run(['reconcile', orders, '--site', 'blog', '--json']);
    expect(reconciled.stdout.split('\n')[0]).toBe('{"line":2,"outcome":"accepted"}');

    // A wrong change is refused, and neither process notices anything.
    expect(await call(other, 'PATCH', '/sites/blog', { mode: 'lively' })).toMatchObject({
      status: 422,
      body: { error: { path: 'body.mode', message: 'must be one of: live, shadow, test' } },
    });
    expect(await call(other, 'DELETE', '/sites/blog')).toMatchObject({ status: 200 });
    await eventually(() => post(one, 'too late')).toBe(401);
    expect(await post(other, 'too late')).toBe(401);
  } finally {
    await other.kill();
    await rm(folder, { recursive: true, force: true });
  }
});
