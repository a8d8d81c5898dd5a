import { eventually, expect } from './fixtures.ts';
import { BROKEN, walk } from './lifecycle/broken-pages.ts';
import { exactly, type PixelWindow } from './lifecycle/exactly.ts';
import { test as siteTest } from './lifecycle/site.ts';
import { type Watched, watchPage } from './lifecycle/watch-page.ts';

/** The page must not notice the pixel: checked after every test. */
const test = siteTest.extend<{ watched: Watched }>({
  watched: async ({ page }, use) => {
    const watched = await watchPage(page);
    await use(watched);
    expect({ errors: watched.errors, console: watched.console }).toEqual({ errors: [], console: [] });
  },
});

for (const { name, breakIt, tagged = true } of BROKEN) {
  test.describe(name, () => {
    test.use({
      options: {
        config: { uet: tagged ? 'observe' : 'off' },
        pages: {
          '/': ({ stub, tag, pixel }) => ({
            html: `<!doctype html>${tagged ? tag(false) : ''}${stub}${pixel}`,
          }),
        },
      },
    });

    test('each event arrives once by each channel, and the page notices nothing', async ({
      page,
      site,
      watched,
    }) => {
      await page.addInitScript(breakIt);
      const deed = async () => {
        await page.goto('/');
        await page.evaluate(walk);
      };
      await exactly({ site, page, tagged }, deed, {
        collector: [
          'collector page load /',
          'collector custom one',
          'collector page load /two',
          'collector custom two',
          ...(tagged ? ['collector report'] : []),
        ],
        tag: tagged ? ['tag page load /', 'tag custom one', 'tag custom two'] : [],
      });
      expect(watched.errors).toEqual([]);
    });
  });
}

test.describe('a UET tag whose push throws', () => {
  test.use({
    options: {
      pages: {
        '/': ({ stub, tag, pixel }) => ({
          html: `<!doctype html>${tag(false)}<script>
            addEventListener('UetEvent', () => {
              uetq.push = () => { throw new Error('broken tag'); };
            });
          </script>${stub}${pixel}`,
        }),
      },
    },
  });

  test('the collector gets everything, and the page notices nothing', async ({ page, site, watched }) => {
    const deed = async () => {
      await page.goto('/');
      await eventually(site.tagLines).toEqual(['tag page load /']);
      await page.evaluate(walk);
    };
    await exactly({ site, page, tagged: false }, deed, {
      collector: [
        'collector page load /',
        'collector custom one',
        'collector page load /two',
        'collector custom two',
        'collector report',
      ],
      tag: ['tag page load /'],
    });
    expect(watched.errors).toEqual([]);
  });
});

/** Listeners that keep a page out of the back/forward cache, and properties that are the page's own. */
const UNWELCOME = ['unload', 'beforeunload', 'onunload', 'onbeforeunload', 'onpagehide', 'onerror'];

test.describe('an undisturbed page without tag', () => {
  test.use({
    options: {
      config: { uet: 'off' },
      pages: { '/': ({ stub, pixel }) => ({ html: `<!doctype html>${stub}${pixel}` }) },
    },
  });

  test('one global, no unload listener, an empty console', async ({ page, site, watched }) => {
    const deed = async () => {
      await page.goto('/');
      await page.evaluate(walk);
    };
    await exactly({ site, page, tagged: false }, deed, {
      collector: [
        'collector page load /',
        'collector custom one',
        'collector page load /two',
        'collector custom two',
      ],
      tag: [],
    });
    expect(await watched.globals()).toEqual(['capi']);
    const listeners = await watched.listeners();
    expect(listeners).toContain('pagehide');
    expect(listeners.filter((type) => UNWELCOME.includes(type))).toEqual([]);
  });

  test('no storage is touched before the browser is idle or there is an event', async ({ page, watched }) => {
    await page.addInitScript(() => {
      // A browser that is never idle.
      window.requestIdleCallback = () => 0;
    });
    await page.goto('/');
    await page.waitForFunction(() => !('q' in (window as unknown as PixelWindow).capi));
    expect(await watched.storageTouched()).toBe(0);
    await page.evaluate(() => (window as unknown as PixelWindow).capi.track('first'));
    await eventually(() => watched.storageTouched()).toBeGreaterThan(0);
  });
});

test.describe('a sandboxed frame, whose opaque origin no collector can allow', () => {
  test.use({
    options: {
      config: { uet: 'off' },
      pages: {
        '/': () => ({ html: '<!doctype html><iframe sandbox="allow-scripts" src="/framed"></iframe>' }),
        '/framed': ({ stub, pixel }) => ({ html: `<!doctype html>${stub}${pixel}` }),
      },
    },
  });

  test('the refused page load is all there is, once', async ({ page, site, watched }) => {
    await page.goto('/');
    const frame = page.frame({ url: '**/framed' });
    expect(await frame?.evaluate(() => self.origin)).toBe('null');
    await eventually(() => site.bodies.length).toBe(1);
    // The frame hears that it is refused for good: nothing waits there any more.
    await frame?.evaluate(() => (window as unknown as PixelWindow).capi.flush());
    expect(site.collectorLines()).toEqual(['collector page load /framed']);
    expect(site.sandbox.capiEvents()).toEqual([]);
    expect(watched.errors).toEqual([]);
  });
});
