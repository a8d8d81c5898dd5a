import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

const visits = useVisits();
const CLICK = '292049a17e2413e3a4081719e839afe6';
const DASHED = '292049a1-7e24-13e3-a408-1719e839afe6';
/** Browsers resolve all of `localhost`; the cookie domains are `shop.localhost` and `other.localhost`. */
const origin = (host: string) => visits.site.url.replace('127.0.0.1', host);
let other: string;

beforeEach(() => {
  other = origin('www.other.localhost');
  visits.site.features = ['link-decoration'];
  visits.site.settings = {
    tagId: '123',
    uet: 'off',
    linkDomains: ['other.localhost', 'shop.localhost'],
    consent: { default: 'granted', waitMs: 0 },
  };
});

async function land(body: string, query = `?msclkid=${CLICK}`): Promise<Page> {
  visits.site.pages['/'] = { after: `<body>${body}` };
  const page = await visits.context.newPage();
  await page.goto(`${origin('www.shop.localhost')}/${query}`);
  await page.evaluate(() => window.capi?.ready);
  return page;
}

const arrives = async (page: Page, url: string) => {
  await page.waitForURL((at) => at.href !== 'about:blank' && at.hostname !== 'www.shop.localhost');
  expect(page.url()).toBe(url);
};

test('a link carries it, and the next page lands with it', async () => {
  const page = await land(`<a href="${other}/to?a=%20b#top"><b>go</b></a>`);
  await page.click('b');
  await arrives(page, `${other}/to?a=%20b&msclkid=${CLICK}#top`);
  const landed = () => visits.site.events().find(({ eventSourceUrl }) => eventSourceUrl?.includes('/to'));
  await waitUntil('its page load', () => landed() !== undefined);
  expect(landed()?.userData?.msclkid).toBe(DASHED);
});

test('by key, by middle button, by the menu; the page is left as it was', async () => {
  const page = await land(
    `<div onclick="event.stopPropagation()"><a target="_blank" rel="opener" href="${other}/to">go</a></div>` +
      `<script>document.addEventListener('click', (event) => event.stopPropagation(), true);
      addEventListener('contextmenu', (event) => { menu = event.target.href; event.preventDefault() })</script>`,
  );
  const opened = async (act: () => Promise<unknown>) => {
    const [tab] = await Promise.all([visits.context.waitForEvent('page'), act()]);
    await arrives(tab, `${other}/to?msclkid=${CLICK}`);
    await tab.close();
    await page.waitForFunction(
      (href) => document.querySelector<HTMLAnchorElement>('a')?.href === href,
      `${other}/to`,
    );
  };
  await opened(() => page.click('a', { button: 'middle' }));
  await opened(() => page.press('a', 'Enter'));
  await opened(() => page.click('a', { modifiers: ['Control'] }));
  await page.click('a', { button: 'right' });
  expect(await page.evaluate('menu')).toBe(`${other}/to?msclkid=${CLICK}`);
});

test("what the page's own handler puts there stays", async () => {
  const page = await land(
    `<a href="${other}/to" onclick="this.href += '&own=1'; event.preventDefault()">go</a>`,
  );
  await page.click('a');
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  expect(await page.getAttribute('a', 'href')).toBe(`${other}/to?msclkid=${CLICK}&own=1`);
});

test('a GET form sends it as a field, a POST form in its address', async () => {
  const fields = '<input name="action" value="1"><input name="method" value="2"><button>go</button>';
  const get = await land(`<form action="${other}/get?lost">${fields}</form>`);
  await get.click('button');
  await arrives(get, `${other}/get?action=1&method=2&msclkid=${CLICK}`);
  const post = await land(`<form method="POST" action="${other}/post?kept">${fields}</form>`);
  await post.click('button');
  await arrives(post, `${other}/post?kept&msclkid=${CLICK}`);
});

test('a form that its page sends by script is left as it was', async () => {
  const page = await land(
    `<form action="${other}/get" onsubmit="event.preventDefault(); seen = new FormData(this).get('msclkid')"><button>go</button></form>`,
  );
  await page.click('button');
  expect(await page.evaluate('seen')).toBe(CLICK);
  await page.waitForFunction(() => !document.querySelector('input'));
});

test.each<[what: string, host: string, path: string, query?: string]>([
  ['to a domain that is not its own', 'www.elsewhere.localhost', '/to'],
  ['to a domain that only ends like its own', 'another.localhost', '/to'],
  ['where the cookie is there anyway', 'blog.shop.localhost', '/to'],
  ['that has one', 'www.other.localhost', `/to?MSCLKID=${DASHED}`],
  ['without a click id', 'www.other.localhost', '/to', '?msclkid=none'],
])('none on a link %s', async (_, host, path, query) => {
  const page = await land(`<a href="${origin(host)}${path}">go</a>`, query);
  await page.click('a');
  await arrives(page, origin(host) + path);
});

test('none without consent', async () => {
  const page = await land(
    `<a href="${other}/to">go</a><form action="${other}/form"><button>go</button></form>`,
  );
  await page.evaluate(() => window.capi?.consent('denied'));
  await page.click('a');
  await arrives(page, `${other}/to`);
  await page.goBack();
  await page.evaluate(() => window.capi?.consent('denied'));
  await page.click('button');
  await arrives(page, `${other}/form?`);
});
