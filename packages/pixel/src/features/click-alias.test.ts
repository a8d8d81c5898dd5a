import { beforeEach, expect, test } from 'vitest';
import { useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

const visits = useVisits();
const { visit } = visits;
const CLICK = '292049a17e2413e3a4081719e839afe6';
const DASHED = '292049a1-7e24-13e3-a408-1719e839afe6';
const OTHER = 'cdd4afcccb1c9a4cad9544dd7e5006d5';

beforeEach(() => {
  visits.site.features = ['click-alias'];
  visits.site.settings = {
    tagId: '123',
    uet: 'off',
    clickIdParams: ['cid', 'x.id'],
    consent: { default: 'granted', waitMs: 0 },
  };
});

const pageLoad = async () => {
  await waitUntil('the page load', () => visits.site.events().length === 1);
  return visits.site.events()[0];
};

test.each([
  `/?cid=${CLICK}`,
  `/?a=1&CID=${CLICK}`,
  `/?x.id=${CLICK}`,
  `/#cid=${CLICK}`,
  `/#/shop?cid=${CLICK}`,
  `/?msclkid=${CLICK}`,
  `/#msclkid=${CLICK}`,
  `/#/shop?msclkid=${CLICK}`,
  `/?cid=summer-sale&msclkid=${CLICK}`,
  `/?msclkid=broken&cid=${CLICK}`,
])('%s is a landing with a click id', async (path) => {
  await visit(path);
  expect((await pageLoad())?.userData).toMatchObject({ msclkid: DASHED });
});

test.each(['/?cid=summer-sale', `/?xcid=${CLICK}`, `/?xxid=${CLICK}`, `/?q=cid=${CLICK}`])(
  '%s is none',
  async (path) => {
    await visit(path);
    expect((await pageLoad())?.userData).not.toHaveProperty('msclkid');
  },
);

test('the original text is kept for offline conversions', async () => {
  const page = await visit(`/?cid=${OTHER}`);
  await pageLoad();
  expect(await page.evaluate(() => document.cookie)).toContain(`_capi_msclkid=${OTHER}`);
});

test('under denial no address tells it', async () => {
  visits.site.features.push('anonymous');
  visits.site.settings.consent = { default: 'denied', waitMs: 0, whenDenied: 'anonymous' };
  await visit(`/?cid=${CLICK}&a=1#/x?cid=${CLICK}`);
  expect((await pageLoad())?.eventSourceUrl).toBe(`${visits.site.url}/?a=1#/x`);
  expect(JSON.stringify(visits.site.batches)).not.toContain(CLICK);
});
