import { expect } from './fixtures.ts';
import { exactly, type PixelWindow } from './lifecycle/exactly.ts';
import { type Parts, type SitePage, test } from './lifecycle/site.ts';
import { watchPage } from './lifecycle/watch-page.ts';

const NONCE = 'bm9uY2Ugb2YgdGhpcyBwYWdl';

/** The policy, `connect-src` with what the page may talk to beside its own server. */
const policy = (connect = '') =>
  `script-src 'nonce-${NONCE}' 'strict-dynamic'; connect-src 'self' ${connect}; ` +
  "require-trusted-types-for 'script'; report-uri /violation";

const withNonce = (html: string) => html.replaceAll('<script', `<script nonce="${NONCE}"`);

/** A page whose policy was broken tells so, also when the report would come late. */
const LISTENER = `<script>
  window.violations = [];
  addEventListener('securitypolicyviolation', (event) =>
    violations.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
</script>`;

/** Microsoft's loader sets a script's address from text: with Trusted Types it needs the site's leave. */
const DEFAULT_POLICY = `<script>
  trustedTypes.createPolicy('default', { createScriptURL: (address) => address });
</script>`;

const page =
  (content: (parts: Parts) => string, connect?: (parts: Parts) => string): SitePage =>
  (parts) => ({
    html: `<!doctype html>${withNonce(LISTENER + content(parts))}`,
    headers: { 'content-security-policy': policy(connect?.(parts)) },
  });

/** In the page: each thing that a site asks of the pixel. */
async function useIt(): Promise<void> {
  const { capi } = window as unknown as PixelWindow;
  capi.track('purchase', { value: 5, currency: 'EUR', transactionId: 'T-1' });
  await capi.ready;
  history.pushState({}, '', '/two');
  capi.track('two');
}

const ALL = [
  'collector page load /',
  'collector custom purchase',
  'collector page load /two',
  'collector custom two',
];

test.describe('without tag', () => {
  test.use({
    options: {
      config: { uet: 'off' },
      pages: {
        '/': page(({ stub, pixel }) => stub + pixel),
        // The control: a script that the policy must stop.
        '/control': page(({ pixel }) => `${pixel}<script>eval('1')</script>`),
      },
    },
  });

  test('no violation, and the events arrive', async ({ page, site }) => {
    const watched = await watchPage(page);
    const deed = async () => {
      await page.goto('/');
      await page.evaluate(useIt);
    };
    await exactly({ site, page, tagged: false }, deed, { collector: ALL, tag: [] });
    expect(await page.evaluate('violations')).toEqual([]);
    expect(watched).toMatchObject({ errors: [], console: [] });
  });

  test('no violation by the debug overlay, which is a script and a style of its own', async ({
    page,
    site,
  }) => {
    const watched = await watchPage(page);
    const deed = async () => {
      await page.goto('/?capi_debug=1');
      await page.locator('capi-debug').waitFor({ state: 'attached' });
      await page.evaluate(useIt);
    };
    await exactly({ site, page, tagged: false }, deed, {
      collector: ['collector page load /?capi_debug=1', ...ALL.slice(1)],
      tag: [],
    });
    expect(await page.evaluate('violations')).toEqual([]);
    // The console is where it explains.
    expect(watched.errors).toEqual([]);
  });

  test('the policy is in force: what breaks it is told', async ({ page, site }) => {
    await page.goto('/control');
    await page.waitForFunction('violations.length');
    await expect.poll(site.collectorLines).toContain('POST /violation');
  });
});

test.describe('beside a tag', () => {
  test.use({
    options: {
      pages: {
        '/': page(
          ({ stub, pixel, tag }) => DEFAULT_POLICY + tag(false) + stub + pixel,
          ({ tagOrigin }) => tagOrigin,
        ),
      },
    },
  });

  test('no violation, and the events arrive by both channels', async ({ page, site }) => {
    const watched = await watchPage(page);
    const deed = async () => {
      await page.goto('/');
      await page.evaluate(useIt);
    };
    await exactly({ site, page }, deed, {
      collector: [...ALL, 'collector report'],
      tag: ['tag page load /', 'tag custom purchase', 'tag custom two'],
    });
    expect(await page.evaluate('violations')).toEqual([]);
    expect(watched).toMatchObject({ errors: [], console: [] });
  });
});
