import { hash } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { EMAIL_VECTORS, PHONE_VECTORS } from '../../protocol/src/testing/identity-vectors.ts';
import { useVisits } from './test-support/visits.ts';
import { waitUntil } from './test-support/wait-until.ts';

const visits = useVisits();
const { visit } = visits;
const JANE = '62a8040a00736e70808e43009b5c63c4f6229ced98f486d0968441b292b9858a';
const PHONE = 'c59475d96e9f01d7d18d06cfad84dd02333207f02c0c2c5663ef2782cda0390e';

beforeEach(() => {
  visits.site.settings = { tagId: '123', autoPage: false, consent: { default: 'granted', waitMs: 0 } };
});

const userData = (name: string) => visits.site.events(name)[0]?.userData;

test('events after identify carry the hashes, those before do not', async () => {
  const page = await visit();
  await page.evaluate(() => {
    window.capi?.track('before');
    window.capi?.identify({ email: ' Jane.Doe+Shopping@contoso.com ', externalId: 'c1' });
    window.capi?.identify({ phone: '+1 (425) 555-1234' });
    window.capi?.track('after');
    window.capi?.identify({
      em: 'not an address',
      ph: 'F8A0621A89B87B16447D34D2169BDBA8E3EAAE523B45DF87D86108EE65BD1D6F',
    });
    window.capi?.track('last');
  });
  await waitUntil('three events', () => visits.site.events().length === 3);
  expect(userData('before')).not.toHaveProperty('em');
  expect(userData('after')).toMatchObject({ em: JANE, ph: PHONE, externalId: 'c1' });
  expect(userData('last')).toMatchObject({
    ph: 'f8a0621a89b87b16447d34d2169bdba8e3eaae523b45df87d86108ee65bd1d6f',
    externalId: 'c1',
  });
  expect(userData('last')).not.toHaveProperty('em');
  const uetq = await page.evaluate(() => JSON.stringify(window.uetq));
  expect(uetq).toContain('"set"');
  expect(uetq + JSON.stringify(visits.site.batches)).not.toMatch(/contoso|4255551234/i);
});

test('the collector makes the same of every e-mail, phone and hash', async () => {
  const vectors = [
    ...EMAIL_VECTORS.map(([raw, normalised]) => ({ given: { email: raw }, name: 'em' as const, normalised })),
    ...PHONE_VECTORS.map(([raw, normalised]) => ({ given: { phone: raw }, name: 'ph' as const, normalised })),
  ];
  const page = await visit();
  await page.evaluate(
    ([given, hashed]) => {
      for (const [i, identity] of given.entries()) {
        window.capi?.identify(identity);
        window.capi?.track(`vector ${i}`);
      }
      window.capi?.identify({ em: ` ${hashed.toUpperCase()}\n` });
      window.capi?.track('hashed');
    },
    [vectors.map(({ given }) => given), JANE] as const,
  );
  await waitUntil('all events', () => visits.site.events().length === vectors.length + 1);
  const made = vectors.map(({ given, name }, i) => [given, userData(`vector ${i}`)?.[name]]);
  expect(made).toEqual(
    vectors.map(({ given, normalised }) => [given, normalised && hash('sha256', normalised)]),
  );
  expect(userData('hashed')).toMatchObject({ em: JANE });
});

test('where the browser cannot hash, clear values go over https only and are never stored', async () => {
  await visits.context.addInitScript(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
  const page = await visit();
  await page.evaluate(() => {
    window.capi?.identify({ email: 'john@contoso.com' });
    window.capi?.track('plain');
  });
  await waitUntil('the event', () => visits.site.events().length === 1);
  expect(Object.keys(userData('plain') as object)).toEqual(['anonymousId']);

  const bodies: string[] = [];
  await page.route('https://collector.example/e', (route) => {
    bodies.push(route.request().postData() as string);
    return route.abort();
  });
  const stored = await page.evaluate(async () => {
    window.capi?.init({ endpoint: 'https://collector.example' });
    window.capi?.identify({ email: 'John@contoso.com' });
    window.capi?.track('secure');
    await window.capi?.flush();
    return Object.values(localStorage).join();
  });
  await waitUntil('the request', () => bodies.length > 0);
  expect(JSON.parse(bodies[0] as string).data[0].userData.email).toBe('john@contoso.com');
  expect(stored).toContain('"secure"');
  expect(stored).not.toContain('contoso');
});

test('context tells the server who it is, in base64url', async () => {
  const page = await visit('/?msclkid=292049a17e2413e3a4081719e839afe6');
  const [state, text] = await page.evaluate(
    async () => [await window.capi?.ready, window.capi?.context() as string] as const,
  );
  expect(text).toMatch(/^[\w-]+$/);
  expect(JSON.parse(Buffer.from(text, 'base64url').toString())).toEqual({
    v: 1,
    a: state?.anonymousId,
    c: '292049a1-7e24-13e3-a408-1719e839afe6',
    p: state?.pageLoadId,
    g: 'granted',
  });
});

test("the visitor id is the UET tag's, also when its cookie comes later", async () => {
  const page = await visit();
  await page.evaluate(() => window.capi?.track('own'));
  await waitUntil('the first', () => visits.site.events().length === 1);
  await page.evaluate(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: as the tag does
    document.cookie = '_uetvid=b171a9b06ce011ecafcd1b209be8601b|insights';
    window.capi?.track('adopted');
  });
  await waitUntil('the second', () => visits.site.events().length === 2);
  expect(userData('own')?.anonymousId).not.toBe(userData('adopted')?.anonymousId);
  expect(userData('adopted')?.anonymousId).toBe('b171a9b06ce011ecafcd1b209be8601b');
});

test('a late answer to what went out under another visitor id does not bring that back', async () => {
  const page = await visit();
  const cookie = () => page.evaluate(() => /_capi_vid=(\w+)/.exec(document.cookie)?.[1]);
  const TAG_ID = 'b171a9b06ce011ecafcd1b209be8601b';
  await page.evaluate((id) => {
    // biome-ignore lint/suspicious/noDocumentCookie: as the tag does
    document.cookie = `_uetvid=${id}`;
    window.capi?.track('first');
  }, TAG_ID);
  await waitUntil('the first', () => visits.site.events().length === 1);
  expect(await cookie()).toBe(TAG_ID);
  await page.evaluate(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: as the answer does
    document.cookie = `_capi_vid=${'a'.repeat(32)};path=/`;
    window.capi?.track('second');
  });
  await waitUntil('the second', () => visits.site.events().length === 2);
  expect(await cookie()).toBe(TAG_ID);
});

test('a click id of the UET tag is found in its cookie', async () => {
  const page = await visit();
  await page.evaluate(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: as the tag does
    document.cookie = '_uetmsclkid=_uet292049a17e2413e3a4081719e839afe6';
    window.capi?.track('x');
  });
  await waitUntil('the event', () => visits.site.events().length === 1);
  expect(userData('x')?.msclkid).toBe('292049a1-7e24-13e3-a408-1719e839afe6');
});
