import { describe, expect, test } from 'vitest';
import { BLOG, createInstallation, type Installation, SHOP, type Started } from './testing/installation.ts';

/** Collectors on one data directory, each as a process of its own would be: they have nothing in common but the file. */

const ADDED = { id: 'blog', tagId: BLOG.tagId, token: BLOG.token };

let events = 0;

/** An event of a site; its id. */
async function track({ collector }: Started, site?: string): Promise<string> {
  const eventId = `event-${++events}`;
  const userData = { anonymousId: '0123456789abcdef0123456789abcdef' };
  const tracked = await collector.track(
    { eventName: 'lead', eventId, userData, eventSourceUrl: 'https://shop.example/' },
    site === undefined ? {} : { site },
  );
  expect(tracked.status).toBe('accepted');
  return eventId;
}

/** Of what the Conversions API took: tag and event id. */
function taken({ sandbox }: Installation, tagId: string): (string | null)[] {
  return sandbox
    .capiEvents()
    .filter((event) => event.tagId === tagId)
    .map(({ eventId }) => eventId);
}

/** Changes of the file's only site, beside a good one: the answer's status, where, and a part of the remedy. */
const WRONG: [change: object, status: number, path: string, message: string][] = [
  [{ origins: ['shop.example'] }, 422, 'body.origins[0]', 'must be an origin'],
  [{ orgins: [] }, 422, 'body.orgins', 'is no setting'],
  [{ tagId: BLOG.tagId }, 422, 'body.tagId', 'used by another site'],
  // Who changes settings by HTTP could send the tokens elsewhere.
  [{ endpoint: 'https://evil.example' }, 422, 'body.endpoint', 'config file'],
  [{ id: 'shop' }, 422, 'body.id', 'cannot be changed'],
  [{ customerId: '2' }, 409, 'body.customerId', 'UET_CAPI_CUSTOMER_ID'],
  [{ tokenEnv: 'NOT_THERE' }, 422, 'NOT_THERE', 'Copy token'],
];

const statusOf = async (started: Started, path: string) => (await started.get(path)).status;

describe('a site that is added by one process', () => {
  test('is served and delivered by all, at once, and after a restart', async () => {
    const installation = await createInstallation();
    const one = await installation.start();
    const other = await installation.start();
    expect(await statusOf(other, '/blog/c.js')).toBe(404);

    expect(await one.call('POST', '/sites', ADDED)).toMatchObject({
      status: 201,
      body: {
        id: 'blog',
        tagId: '22',
        origin: 'store',
        paths: { script: '/blog/c.js' },
        secrets: { token: 'store' },
        settings: {
          tagId: { value: '22', from: 'store' },
          endpoint: { from: 'file' },
          bots: { from: 'default' },
        },
      },
    });
    expect(await statusOf(one, '/blog/c.js')).toBe(200);
    await expect.poll(() => statusOf(other, '/blog/c.js')).toBe(200);

    await one.stop();
    const first = await track(other, 'blog');
    await expect.poll(() => taken(installation, BLOG.tagId)).toEqual([first]);
    await other.stop();
    const again = await installation.start();
    const second = await track(again, 'blog');
    await expect.poll(() => taken(installation, BLOG.tagId)).toEqual([first, second]);
  });

  test('changes nothing for pages, code and servers of the only site before it', async () => {
    const installation = await createInstallation();
    const one = await installation.start({}, { UET_CAPI_SERVER_KEY: 'server-key' });
    const script = await (await one.get('/c.js')).text();
    await one.call('POST', '/sites', ADDED);
    expect(await (await one.get('/c.js')).text()).toBe(script);
    expect(await statusOf(one, '/site/c.js')).toBe(200);
    const id = await track(one);
    await expect.poll(() => taken(installation, SHOP.tagId)).toEqual([id]);
    // Both sites have the same key, and no request of before names a site.
    const answer = await one.collector.fetch(
      new Request('http://localhost/v1/adjustments', {
        method: 'POST',
        headers: { authorization: 'Bearer server-key', 'content-type': 'application/json' },
        body: JSON.stringify({ adjustments: [{ id: 'unknown', goal: 'Lead', type: 'retract' }] }),
      }),
    );
    expect(answer.status).toBe(202);
  });

  test('leaves its token on no disk, in no answer and in no log, also where Microsoft quotes it', async () => {
    const installation = await createInstallation();
    const one = await installation.start();
    const error = { code: 'Unauthorized', message: `${BLOG.token} is no token` };
    installation.sandbox.setFaults([{ status: 401, body: { error } }]);
    await one.call('POST', '/sites', ADDED);
    await track(one, 'blog');
    await expect.poll(one.logged).toContain('is no token');
    expect(one.logged()).not.toContain(BLOG.token);
    expect(JSON.stringify(await one.call('GET', '/sites'))).not.toContain(BLOG.token);
    expect(await installation.onDisk()).not.toContain(BLOG.token);
    expect(one.redacted).toContain(BLOG.token);
  });

  test('needs a token of its own, and a key to keep it under', async () => {
    const installation = await createInstallation();
    const one = await installation.start({}, { UET_CAPI_ENCRYPTION_KEY: '', BLOG_TOKEN: BLOG.token });
    const { token: _, ...tokenless } = ADDED;
    expect(await one.call('POST', '/sites', tokenless)).toMatchObject({
      status: 422,
      body: { error: { path: 'body.token', message: expect.stringContaining('every UET tag has its own') } },
    });
    expect(await one.call('POST', '/sites', ADDED)).toMatchObject({
      status: 409,
      body: { error: { path: 'body.token', message: expect.stringContaining('openssl rand') } },
    });
    expect(await one.call('POST', '/sites', { ...tokenless, tokenEnv: 'BLOG_TOKEN' })).toMatchObject({
      status: 201,
      body: { secrets: { token: 'environment' } },
    });
    const id = await track(one, 'blog');
    await expect.poll(() => taken(installation, BLOG.tagId)).toEqual([id]);
  });
});

describe('a site that is removed', () => {
  test('is delivered no more by any process; what waits stays, and goes out when it is added again', async () => {
    const installation = await createInstallation();
    const one = await installation.start();
    const other = await installation.start();
    await one.call('POST', '/sites', ADDED);
    await expect.poll(() => statusOf(other, '/blog/c.js')).toBe(200);
    installation.sandbox.setFaults([{ match: { tagId: BLOG.tagId }, status: 503 }]);
    const waiting = await track(one, 'blog');
    const asked = () =>
      installation.sandbox.requests().filter(({ path }) => path.includes(`/${BLOG.tagId}/`)).length;
    await expect.poll(asked).toBeGreaterThan(0);

    expect(await one.call('DELETE', '/sites/blog')).toMatchObject({ status: 200 });
    await expect.poll(() => statusOf(other, '/blog/c.js')).toBe(404);
    expect(await statusOf(one, '/blog/c.js')).toBe(404);
    // One after the other, so that its next try would long have been due.
    installation.sandbox.setFaults([]);
    for (let count = 1; count <= 20; count++) {
      await track(count % 2 === 0 ? one : other, 'site');
      await expect.poll(() => taken(installation, SHOP.tagId).length).toBe(count);
    }
    expect(taken(installation, BLOG.tagId)).toEqual([]);

    await one.call('POST', '/sites', ADDED);
    await expect.poll(() => taken(installation, BLOG.tagId)).toEqual([waiting]);
  });

  test('can be one of the file, also after a restart, but not the last one', async () => {
    const installation = await createInstallation();
    const sites = [
      { id: 'shop', tagId: SHOP.tagId },
      { id: 'blog', tagId: BLOG.tagId, tokenEnv: 'BLOG_TOKEN' },
    ];
    const start = () => installation.start({ sites }, { BLOG_TOKEN: BLOG.token });
    const one = await start();
    await one.call('DELETE', '/sites/shop');
    await one.stop();
    const again = await start();
    expect(await statusOf(again, '/shop/c.js')).toBe(404);
    expect(await statusOf(again, '/blog/c.js')).toBe(200);
    expect(await again.call('GET', '/sites')).toMatchObject({
      body: { sites: [{ id: 'blog' }], removed: ['shop'] },
    });
    expect(await again.call('DELETE', '/sites/blog')).toMatchObject({
      status: 422,
      body: { error: { message: expect.stringContaining('the last site cannot be removed') } },
    });
    expect(await again.call('POST', '/sites', { id: 'shop' })).toMatchObject({ status: 201 });
    const id = await track(again, 'shop');
    await expect.poll(() => taken(installation, SHOP.tagId)).toEqual([id]);
  });
});

describe('a change', () => {
  test('holds at once, also for the queue: shadow delivers nothing, live does again', async () => {
    const installation = await createInstallation();
    const one = await installation.start();
    expect(await one.call('PATCH', '/sites/site', { mode: 'shadow' })).toMatchObject({
      body: { mode: 'shadow', settings: { mode: { value: 'shadow', from: 'store' } } },
    });
    const tracked = await one.collector.track({ eventName: 'lead', userData: { anonymousId: 'v' } });
    expect(tracked).toMatchObject({ status: 'accepted' });
    expect(await one.call('PATCH', '/sites/site', { mode: null })).toMatchObject({
      body: { mode: 'live', settings: { mode: { from: 'default' } } },
    });
    const id = await track(one);
    await expect.poll(() => taken(installation, SHOP.tagId)).toEqual([id]);
  });

  test('that is wrong is refused as a whole, with path and remedy, and no process notices anything', async () => {
    const installation = await createInstallation();
    const env = { UET_CAPI_CUSTOMER_ID: '1' };
    const one = await installation.start({}, env);
    await one.call('POST', '/sites', ADDED);
    const before = await one.call('GET', '/sites');
    for (const [change, status, path, message] of WRONG) {
      const answer = await one.call('PATCH', '/sites/site', { bots: 'deliver', ...change });
      expect(answer).toEqual({
        status,
        body: { error: { code: expect.any(String), path, message: expect.stringContaining(message) } },
      });
      expect(await one.call('GET', '/sites')).toEqual(before);
    }
    const other = await installation.start({}, env);
    expect(await other.call('GET', '/sites')).toEqual(before);
  });

  test('of two processes at once loses nothing', async () => {
    const installation = await createInstallation();
    const started = [await installation.start(), await installation.start()];
    const ids = Array.from({ length: 6 }, (_, index) => `site-${index}`);
    const added = await Promise.all(
      ids.map((id, index) =>
        started[index % 2]!.call('POST', '/sites', { id, tagId: String(100 + index), mode: 'shadow' }),
      ),
    );
    expect(added.map(({ status }) => status)).toEqual(ids.map(() => 201));
    for (const one of started) {
      const served = async () => (await one.call('GET', '/sites')).body.sites.length;
      await expect.poll(served).toBe(1 + ids.length);
    }
  });
});

describe('what is stored and has become wrong', () => {
  test('stops no start: the others hold, it is said loudly, and it can be mended', async () => {
    const installation = await createInstallation();
    const before = await installation.start();
    await before.call('POST', '/sites', ADDED);
    await before.call('PATCH', '/sites/site', { bots: 'deliver' });
    await before.stop();

    // The file's own site has got the tag of the one that was added.
    const now = await installation.start({ tagId: BLOG.tagId }, { UET_CAPI_TOKEN: BLOG.token });
    expect(now.logged()).toContain('IS IGNORED');
    expect(now.logged()).toContain('is used by another site');
    expect(await statusOf(now, '/blog/c.js')).toBe(404);
    const { body } = await now.call('GET', '/sites');
    expect(body).toMatchObject({
      sites: [{ id: 'site', settings: { bots: { value: 'deliver', from: 'store' } } }],
      ignored: [{ site: 'blog', problems: [{ path: 'tagId' }] }],
    });
    const id = await track(now);
    await expect.poll(() => taken(installation, BLOG.tagId)).toEqual([id]);
    expect(await now.call('PATCH', '/sites/blog', { tagId: '33' })).toMatchObject({ status: 200 });
    expect(await statusOf(now, '/blog/c.js')).toBe(200);
  });

  test('a token that was sealed with another key is named, and the key', async () => {
    const installation = await createInstallation();
    const before = await installation.start();
    await before.call('POST', '/sites', ADDED);
    await before.stop();
    const key = Buffer.alloc(32, 8).toString('base64');
    const now = await installation.start({}, { UET_CAPI_ENCRYPTION_KEY: key });
    const { body } = await now.call('GET', '/sites');
    expect(body.ignored).toMatchObject([{ site: 'blog', problems: [{ path: 'token' }] }]);
    expect(now.logged()).toContain('another encryption key');
    expect(await now.call('PATCH', '/sites/blog', { token: BLOG.token })).toMatchObject({ status: 200 });
  });
});
