import { eventually, expect, test } from './fixtures.ts';

test.use({ setting: { config: { consent: { default: 'granted', waitMs: 1 } } } });

/** What a page may pass by mistake. Functions of the page, since none of it can be serialised. */
const GARBAGE: Record<string, () => unknown> = {
  'a cycle': () => {
    const params: Record<string, unknown> = { value: 1 };
    params.self = params;
    params.items = [params];
    return params;
  },
  'a getter that throws': () => ({
    get value() {
      throw new Error('from a getter');
    },
  }),
  'a proxy that throws': () =>
    new Proxy(
      {},
      {
        get: (_, key) => {
          // The test's own driver asks whether it is a promise.
          if (key === 'then') return undefined;
          throw new Error('from a proxy');
        },
        ownKeys: () => {
          throw new Error('from a proxy');
        },
      },
    ),
  'a negative value': () => ({ value: -5, currency: 'EUR' }),
  'not a number': () => ({ value: Number.NaN, eventValue: Number.POSITIVE_INFINITY }),
  'a bad currency': () => ({ value: 5, currency: 'euros' }),
  'a bad page type': () => ({ pageType: 'nowhere', itemIds: ['a'] }),
  'a megabyte of text': () => ({ eventLabel: 'x'.repeat(1_000_000) }),
  'a bigint and a symbol': () => ({ value: 10n, eventLabel: Symbol('s') }),
  'items that are none': () => ({ items: [null, 5, 'text', { id: {}, price: 'free', quantity: 1.5 }] }),
  'a string for parameters': () => 'params',
};

test('garbage never reaches the page as an error, nor the tag, nor Microsoft', async ({
  page,
  world: { sandbox },
}) => {
  const errors: string[] = [];
  const said: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => said.push(message.text()));
  await page.goto('/');
  await page.evaluate(() => (window as unknown as PixelWindow).capi.debug(true));

  for (const [name, make] of Object.entries(GARBAGE)) {
    const params = await page.evaluateHandle(make);
    const outcome = await page.evaluate(
      ({ name, params }) => {
        try {
          return typeof (window as unknown as PixelWindow).capi.track(name, params);
        } catch (error) {
          return `thrown: ${error}`;
        }
      },
      { name, params },
    );
    expect(outcome, name).toBe('string');
  }
  await page.evaluate(() => {
    const { capi } = window as unknown as PixelWindow;
    for (const name of [undefined, null, '', {}, 5]) capi.track(name as string);
  });

  await page.evaluate(() =>
    (window as unknown as PixelWindow).capi.track('afterwards', { eventLabel: 'fine' }),
  );
  await page.evaluate(() =>
    (window as unknown as PixelWindow).uetq.push('event', 'direct', { event_label: 'fine' }),
  );
  const arrived = () => sandbox.conversions().map(({ eventName, channels }) => [eventName, ...channels]);
  await eventually(arrived).toContainEqual(['afterwards', 'uet', 'capi']);
  // The site's own push still reaches the tag, and is mirrored.
  await eventually(arrived).toContainEqual(['direct', 'uet', 'capi']);

  expect(errors).toEqual([]);
  const complaints = said.join('\n');
  for (const word of ['value', 'currency', 'pageType', 'items']) expect(complaints).toContain(word);
  // Nothing that Microsoft would object to was ever sent to it.
  expect(sandbox.requests().flatMap(({ details }) => details)).toEqual([]);
  for (const { content } of sandbox.capiEvents())
    expect(content.customData?.value ?? 0).toBeGreaterThanOrEqual(0);
});

interface PixelWindow {
  capi: { track(name: string, params?: unknown): string; debug(on: boolean): void };
  uetq: { push(...entry: unknown[]): void };
}
