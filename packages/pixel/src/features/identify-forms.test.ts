import { beforeEach, expect, test } from 'vitest';
import { useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

const visits = useVisits();
const { visit } = visits;
const EM = '62a8040a00736e70808e43009b5c63c4f6229ced98f486d0968441b292b9858a';
const PH = 'c59475d96e9f01d7d18d06cfad84dd02333207f02c0c2c5663ef2782cda0390e';
const EMAIL = 'Jane.Doe+Shopping@contoso.com';

beforeEach(() => {
  visits.site.features = ['identify-forms'];
  visits.site.settings = {
    tagId: '123',
    autoPage: false,
    identifyForms: true,
    consent: { default: 'granted', waitMs: 0 },
  };
});

async function show(body: string) {
  visits.site.pages['/'] = { after: `<body>${body}` };
  const page = await visit();
  await page.evaluate(() => window.capi?.ready);
  return page;
}

async function identity(): Promise<{ em?: string | undefined; ph?: string | undefined }> {
  await waitUntil('the event', () => visits.site.events('x').length === 1);
  const { em, ph } = visits.site.events('x')[0]?.userData ?? {};
  return { em, ph };
}

const TRACK = "capi.track('x')";

test.each<[html: string, value: string, identity: object]>([
  ['<input type="email">', EMAIL, { em: EM }],
  ['<input autocomplete="section-a billing email">', EMAIL, { em: EM }],
  ['<input type="tel">', '+1 (425) 555-1234', { ph: PH }],
  ['<input autocomplete="tel">', '001 425 555 1234', { ph: PH }],
  ['<input type="tel">', '\u202a+1 (425) 555-1234\u202c', { ph: PH }],
  ['<input type="tel">', '(425) 555-1234', {}],
  ['<input type="email">', 'jane@', {}],
  ['<input name="email">', EMAIL, {}],
  ['<input autocomplete="tel-national">', '+14255551234', {}],
])('%s with %s', async (html, value, expected) => {
  const page = await show(html);
  await page.fill('input', value);
  await page.press('input', 'Tab');
  await page.evaluate(TRACK);
  expect(await identity()).toEqual({ em: undefined, ph: undefined, ...expected });
});

test('a form that is sent, filled by script; the event of that moment carries it; nothing in clear', async () => {
  const page = await show(
    `<form onsubmit="event.preventDefault(); ${TRACK}"><input type="email" name="querySelector"><input type="tel"><button>go</button></form>`,
  );
  await page.evaluate((email) => {
    const [first, second] = document.querySelectorAll('input');
    Object.assign(first!, { name: 'mail', value: email });
    second!.value = '+14255551234';
  }, EMAIL);
  await page.click('button');
  expect(await identity()).toEqual({ em: EM, ph: PH });
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, window.uetq]),
  );
  expect(kept + JSON.stringify(visits.site.batches)).not.toMatch(/contoso|4255551234/i);
});

test('never from a form with a password', async () => {
  const page = await show(
    `<form onsubmit="event.preventDefault(); ${TRACK}"><input type="email" autocomplete="username"><input type="password" autocomplete="current-password"><button>go</button></form>`,
  );
  await page.fill('input', EMAIL);
  await page.click('button');
  expect(await identity()).toEqual({ em: undefined, ph: undefined });
});

test('nothing where an attribute of the script turns it off', async () => {
  visits.site.pages['/'] = {
    script: '<script async src="/m/c.js" data-identify-forms="false"></script>',
    after: '<body><input type="email">',
  };
  const page = await visit();
  await page.fill('input', EMAIL);
  await page.press('input', 'Tab');
  await page.evaluate(TRACK);
  expect(await identity()).toEqual({ em: undefined, ph: undefined });
});
