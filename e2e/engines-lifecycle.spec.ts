import { mergeTests, type Page } from '@playwright/test';
import type { VisitorTab } from './engines/engine.ts';
import { ENGINES, test as engineTest } from './engines/test.ts';
import { eventually, expect } from './fixtures.ts';
import { BROKEN, walk } from './lifecycle/broken-pages.ts';
import { exactly } from './lifecycle/exactly.ts';
import { NAVIGATIONS } from './lifecycle/navigations.ts';
import { type SiteOptions, type SitePage, test as siteTest } from './lifecycle/site.ts';

/*
 * The life of a page in Firefox and WebKit, where the engines themselves decide. What cannot be
 * driven there:
 *
 * - Prerendering: neither engine prerenders by speculation rules.
 * - `fetchLater`: neither engine has it.
 * - CPU throttling and the crash of a renderer: Chromium's devtools only.
 * - WebKit's driver does not tell what the browser itself writes to the console, and cannot run a
 *   script before the page's: the pages here carry such a script, and tell what they noticed.
 */

const test = mergeTests(engineTest, siteTest);

/** Long enough for the pixel's word of the tag on a busy machine, ms. */
const HOLD_MS = 6_000;

/** What `walk` makes the collector get. */
const WALKED = ['collector custom one', 'collector page load /two', 'collector custom two'];

const CLICK = '292049a17e2413e3a4081719e839afe6';

/** Runs first in a page: notes what a page would notice of a script that misbehaves. */
const WATCH = `<script nonce="n">
  noticed = [];
  for (const type of ['error', 'unhandledrejection', 'securitypolicyviolation'])
    addEventListener(type, (event) => noticed.push(type + ' ' + (event.message || event.reason || event.violatedDirective)));
  for (const method of ['log', 'info', 'warn', 'error', 'debug'])
    console[method] = (...words) => noticed.push(method + ' ' + words.join(' '));
</script>`;

/** A page with the pixel. @param extra HTML before it */
function pixelPage(extra = ''): SitePage {
  return ({ stub, pixel }) => ({ html: `<!doctype html>${WATCH}${extra}${stub}${pixel}` });
}

const WITHOUT_TAG = { uet: 'off', pageLoads: 'always' } as const;

function site(pages: SiteOptions['pages'], consent?: object): { options: SiteOptions } {
  return { options: { config: { ...WITHOUT_TAG, ...(consent && { consent }) }, pages } };
}

/** The tab in the words of `exactly`. */
function asPage(tab: VisitorTab) {
  const evaluate = (run: unknown, ...args: unknown[]) => tab.evaluate(`(${run})(...${JSON.stringify(args)})`);
  return { evaluate } as Pick<Page, 'evaluate'>;
}

const noticed = (tab: VisitorTab) => tab.evaluate('noticed');
const stored = (tab: VisitorTab) =>
  tab.evaluate('[document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)].join(" ")');

interface Event {
  eventName?: string;
  eventSourceUrl: string;
  pageLoadId: string;
  userData?: { anonymousId?: string; msclkid?: string; em?: string };
}

const eventsOf = (bodies: string[]) => bodies.flatMap((body) => JSON.parse(body).data as Event[]);

for (const engineName of ENGINES) {
  test.describe(engineName, () => {
    test.use({ engineName });

    test.describe('navigation', () => {
      test.use({
        options: {
          config: { holdMs: HOLD_MS },
          pages: {
            '/': ({ stub, tag, pixel }) => ({ html: `<!doctype html>${WATCH}${tag(false)}${stub}${pixel}` }),
          },
        },
      });

      test('12 navigations: one page load for each new address, none for the same', async ({
        visitor,
        site,
      }) => {
        const tab = await visitor.open(`${site.url}/`);
        const page = asPage(tab);
        // Two requests that fly together may arrive in any order.
        await eventually(() => site.collectorLines().toSorted()).toEqual([
          'collector page load /',
          'collector report',
        ]);
        for (const { name, go, load } of NAVIGATIONS) {
          await test.step(name, () =>
            exactly({ site, page }, () => page.evaluate(go), {
              collector: load ? [`collector page load ${load}`] : [],
              tag: [],
            }),
          );
        }
        expect(await noticed(tab)).toEqual([]);
      });
    });

    test.describe('back/forward cache', () => {
      const restored = `<script>
        addEventListener('pageshow', ({ persisted }) => { if (persisted) capi.track('restored') });
      </script>`;
      test.use(site({ '/first': pixelPage(restored), '/second': pixelPage() }));

      test('the pixel does not keep a page from it; a page restored is a page load again', async ({
        visitor,
        site,
      }) => {
        const expected = ['collector page load /first'];
        const tab = await visitor.open(`${site.url}/first`);
        await eventually(site.collectorLines).toEqual(expected);
        // A page that waits for its answer may hold a lock, and Firefox keeps no page with one.
        await eventually(() => stored(tab)).not.toContain('_capi_q.');
        await tab.goto(`${site.url}/second`);
        expected.push('collector page load /second');
        await eventually(site.collectorLines).toEqual(expected);
        await tab.back();
        expected.push('collector page load /first', 'collector custom restored');
        await eventually(site.collectorLines).toEqual(expected);
        const [first, second, again, event] = eventsOf(site.bodies).map(({ pageLoadId }) => pageLoadId);
        expect(new Set([first, second, again]).size).toBe(3);
        expect(event).toBe(again);
        expect(await noticed(tab)).toEqual([]);
      });
    });

    test.describe('consent undecided', () => {
      test.use(site({ '/': pixelPage(), '/next': pixelPage() }, { waitMs: 3_600_000 }));

      test('nothing is stored or sent; denied: nothing ever', async ({ visitor, site }) => {
        const tab = await visitor.open(`${site.url}/?msclkid=${CLICK}`);
        await tab.evaluate(`void capi.track('early')`);
        await tab.evaluate(`new Promise((done) => setTimeout(done))`);
        expect(await stored(tab)).toBe('');
        await tab.evaluate(`(capi.consent('denied'), capi.track('late'), capi.flush())`);
        expect(await tab.evaluate('capi.ready')).toMatchObject({ consent: 'denied' });
        expect(await stored(tab)).toBe('');
        // Another page has come and gone: all that leaving a page sends was sent.
        await tab.goto(`${site.url}/next`);
        await tab.goto('about:blank');
        expect(site.collectorLines()).toEqual([]);
      });

      test('granted: what waited arrives with its own address; withdrawn: all is erased', async ({
        visitor,
        site,
      }) => {
        const tab = await visitor.open(`${site.url}/?msclkid=${CLICK}`);
        await tab.evaluate(`void capi.track('early')`);
        await tab.evaluate(`history.pushState({}, '', '/second')`);
        await tab.evaluate(`(capi.consent('granted'), capi.track('late'))`);
        // In any order: the page load itself is counted in the browser's first idle moment.
        await eventually(() =>
          eventsOf(site.bodies)
            .map(
              ({ eventName = 'page load', eventSourceUrl }) =>
                `${eventName} ${eventSourceUrl.replace(site.url, '')}`,
            )
            .sort(),
        ).toEqual([
          `early /?msclkid=${CLICK}`,
          'late /second',
          `page load /?msclkid=${CLICK}`,
          'page load /second',
        ]);
        expect(await stored(tab)).toMatch(/_capi_vid=\w{32}/);
        expect(await stored(tab)).toContain(`_capi_msclkid=${CLICK}`);
        await tab.evaluate(`void capi.consent('denied')`);
        await eventually(() => stored(tab)).toBe('');
        expect(await noticed(tab)).toEqual([]);
      });

      test('granted on the second page: the click that led to the first one goes along', async ({
        visitor,
        site,
      }) => {
        const tab = await visitor.open(`${site.url}/?msclkid=${CLICK}`);
        await tab.evaluate(`void (location.href = '/next')`);
        await eventually(() => tab.evaluate('location.pathname').catch(String)).toBe('/next');
        await eventually(() => tab.evaluate('typeof capi.q').catch(String)).toBe('undefined');
        expect(await stored(tab)).toBe('');
        await tab.evaluate(`void capi.consent('granted')`);
        await eventually(() => eventsOf(site.bodies).length).toBe(1);
        expect(eventsOf(site.bodies)[0]?.userData?.msclkid?.replaceAll('-', '')).toBe(CLICK);
        expect(await stored(tab)).toContain(`_capi_msclkid=${CLICK}`);
        expect(await noticed(tab)).toEqual([]);
      });
    });

    test.describe('consent that its default decides as the page goes', () => {
      const consent = { default: 'granted', waitMs: 3_600_000 };
      test.use(site({ '/': pixelPage(), '/next': pixelPage() }, consent));

      test('the next page gets what is too large to go with it, though the page may be kept', async ({
        visitor,
        site,
      }) => {
        const tab = await visitor.open(`${site.url}/`);
        // Behind the pixel's own moment of idleness, in which it begins to look after what is stored.
        await tab.evaluate('new Promise((done) => (window.requestIdleCallback || setTimeout)(done))');
        const items = `Array.from({ length: 25 }, () => ({ name: 'x'.repeat(4000) }))`;
        await tab.evaluate(`void capi.track('large', { items: ${items} })`);
        await tab.goto(`${site.url}/next`);
        await tab.evaluate(`void capi.consent('granted')`);
        await eventually(site.collectorLines).toContain('collector custom large');
      });
    });

    test.describe('visitor', () => {
      test.use(site({ '/': pixelPage(), '/next': pixelPage() }));

      test('keeps its id and click on the next page; its e-mail goes out as a hash', async ({
        visitor,
        site,
      }) => {
        const tab = await visitor.open(`${site.url}/?msclkid=${CLICK}`);
        await eventually(() => site.bodies.length).toBe(1);
        await tab.goto(`${site.url}/next`);
        await tab.evaluate(`(capi.identify({ email: ' John.Doe@Contoso.com ' }), capi.track('lead'))`);
        await eventually(() => eventsOf(site.bodies).length).toBe(3);
        const [first] = eventsOf(site.bodies);
        const lead = eventsOf(site.bodies).find(({ eventName }) => eventName === 'lead');
        expect(first?.userData?.anonymousId).toMatch(/^\w{32}$/);
        expect(lead?.userData).toEqual({ ...first?.userData, em: expect.stringMatching(/^[0-9a-f]{64}$/) });
        expect(first?.userData?.msclkid?.replaceAll('-', '')).toBe(CLICK);
        expect(site.bodies.join()).not.toMatch(/contoso/i);
      });
    });

    for (const { name, breakIt, tagged = true } of BROKEN) {
      test.describe(name, () => {
        test.use({
          options: {
            config: { uet: tagged ? 'observe' : 'off' },
            pages: {
              '/': ({ stub, tag, pixel }) => ({
                html: `<!doctype html>${WATCH}<script>(${breakIt})()</script>${tagged ? tag(false) : ''}${stub}${pixel}`,
              }),
            },
          },
        });

        test('each event arrives once by each channel, and the page notices nothing', async ({
          visitor,
          site,
        }) => {
          const tab = await visitor.open(`${site.url}/`);
          const page = asPage(tab);
          await eventually(site.collectorLines).toHaveLength(tagged ? 2 : 1);
          await exactly({ site, page, tagged }, () => page.evaluate(walk), {
            collector: WALKED,
            tag: tagged ? ['tag custom one', 'tag custom two'] : [],
          });
          expect(site.collectorLines().filter((line) => line.endsWith(' page load /'))).toHaveLength(1);
          expect(await noticed(tab)).toEqual([]);
        });
      });
    }

    test.describe('a strict content security policy', () => {
      const csp = `script-src 'nonce-n' 'strict-dynamic'; connect-src 'self'; require-trusted-types-for 'script'`;
      test.use(
        site({
          '/': ({ stub, pixel }) => ({
            html: `<!doctype html>${WATCH}${(stub + pixel).replaceAll('<script', '<script nonce="n"')}`,
            headers: { 'content-security-policy': csp },
          }),
        }),
      );

      test('is not violated', async ({ visitor, site }) => {
        const tab = await visitor.open(`${site.url}/`);
        await eventually(site.collectorLines).toEqual(['collector page load /']);
        await asPage(tab).evaluate(walk);
        await eventually(site.collectorLines).toEqual(['collector page load /', ...WALKED]);
        expect(await noticed(tab)).toEqual([]);
        // The control: what breaks the policy is noticed.
        await tab.evaluate(`fetch('https://example.com/').catch(() => {})`);
        await eventually(() => noticed(tab)).toEqual(['securitypolicyviolation connect-src']);
      });
    });
  });
}
