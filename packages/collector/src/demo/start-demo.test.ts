import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type DemoOptions, startDemo } from './start-demo.ts';

async function start(options: Partial<DemoOptions> = {}) {
  const demo = await startDemo({ port: 0, sandboxPort: 0, ...options });
  onTestFinished(() => demo.close());
  return demo;
}

test('a shop with tag and pixel, an event that arrives at the sandbox, a debugger for who has the token', async () => {
  const { shopUrl, debuggerUrl, adminToken, sandboxUrl } = await start();
  const page = await (await fetch(shopUrl)).text();
  expect(page).toContain(`${sandboxUrl}/bat.js`);
  expect(page).toContain('src="/m/c.js"');
  expect((await fetch(`${shopUrl}/favicon.ico`)).status).toBe(404);
  expect((await fetch(`${shopUrl}/m/c.js`)).status).toBe(200);

  const event = {
    eventType: 'custom',
    eventName: 'lead',
    eventId: 'one',
    eventTime: Math.floor(Date.now() / 1_000),
    consent: 'granted',
    userData: { anonymousId: 'visitor' },
  };
  const taken = await fetch(`${shopUrl}/m/e`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain', Origin: shopUrl, 'User-Agent': 'Mozilla/5.0 Chrome/142.0' },
    body: JSON.stringify({ v: 1, sentAt: Date.now(), data: [event] }),
  });
  expect(await taken.json()).toEqual({ accepted: 1, rejected: [] });
  const conversions = async () => (await fetch(`${sandboxUrl}/_sandbox/conversions`)).json();
  await expect.poll(conversions).toMatchObject([{ eventName: 'lead', eventId: 'one' }]);

  expect((await fetch(debuggerUrl)).status).toBe(401);
  const headers = { Authorization: `Bearer ${adminToken}` };
  expect((await fetch(debuggerUrl, { headers })).status).toBe(200);
});

test('where a port is taken another one is', async () => {
  const first = await start();
  const second = await start({
    port: Number(new URL(first.shopUrl).port),
    sandboxPort: Number(new URL(first.sandboxUrl).port),
  });
  expect(second.shopUrl).not.toBe(first.shopUrl);
  expect(second.sandboxUrl).not.toBe(first.sandboxUrl);
  expect((await fetch(second.shopUrl)).status).toBe(200);
});

test('events are kept where it is asked for, and otherwise nothing of the demo stays', async () => {
  const before = new Set(await readdir(tmpdir()));
  const demo = await startDemo({ port: 0, sandboxPort: 0 });
  const own = (await readdir(tmpdir())).filter(
    (name) => name.startsWith('uet-capi-demo-') && !before.has(name),
  );
  await demo.close();
  expect(own.length).toBeGreaterThan(0);
  expect(own.map((name) => existsSync(join(tmpdir(), name)))).toContain(false);

  const dataDir = await mkdtemp(join(tmpdir(), 'uet-capi-kept-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  await (await startDemo({ port: 0, sandboxPort: 0, dataDir })).close();
  expect(await readdir(dataDir)).toContain('uet-capi.sqlite');
});
