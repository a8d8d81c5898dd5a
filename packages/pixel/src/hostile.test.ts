import { beforeEach, expect, test } from 'vitest';
import { useVisits } from './test-support/visits.ts';
import { waitUntil } from './test-support/wait-until.ts';

const visits = useVisits();
const { visit } = visits;

beforeEach(() => {
  visits.site.settings = { tagId: '123', uet: 'off', consent: { default: 'granted', waitMs: 0 } };
});

const HOSTILE: Record<string, () => void> = {
  'storage getters that throw': () => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, {
        get: () => {
          throw new Error('refused');
        },
      });
    }
  },
  'full storage': () => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  },
  'cookies that throw': () => {
    Object.defineProperty(document, 'cookie', {
      get: () => {
        throw new Error('refused');
      },
      set: () => {
        throw new Error('refused');
      },
    });
  },
  'no Web Locks': () => {
    Object.defineProperty(navigator, 'locks', { value: undefined });
  },
  'Web Locks that refuse': () => {
    Object.defineProperty(navigator, 'locks', {
      value: { request: () => Promise.reject(new Error('refused')) },
    });
  },
  'a generator that throws': () => {
    crypto.getRandomValues = () => {
      throw new Error('broken');
    };
    Object.defineProperty(crypto, 'subtle', {
      get: () => {
        throw new Error('broken');
      },
    });
    addEventListener('DOMContentLoaded', () => window.capi?.identify({ email: 'john@contoso.com' }));
  },
  'a frozen history': () => {
    Object.freeze(history);
  },
  'a fetch that throws': () => {
    window.fetch = () => {
      throw new Error('broken');
    };
  },
  'a console that throws': () => {
    console.info = () => {
      throw new Error('broken');
    };
    addEventListener('DOMContentLoaded', () => window.capi?.debug());
  },
  'values on every object': () => {
    Object.assign(Object.prototype, { pair: () => {}, em: 'mine' });
  },
  'a uetq that throws': () => {
    (window as unknown as { uetq: unknown }).uetq = {
      push() {
        throw new Error('broken');
      },
      get beaconParams() {
        throw new Error('broken');
      },
    };
  },
};

test.each(Object.keys(HOSTILE))('%s: the events arrive, nothing reaches the page', async (name) => {
  visits.site.settings.uet = 'observe';
  await visits.context.addInitScript(HOSTILE[name] as () => void);
  const page = await visit();
  await page.evaluate(() => {
    window.capi?.track('one', { value: 1 });
    history.pushState({}, '', '/two');
    window.capi?.track('two');
  });
  await waitUntil('four events', () => visits.site.events().length === 4);
  for (const { userData } of visits.site.events()) expect(userData).not.toHaveProperty('em');
});

test('garbage: nothing reaches the page, and what is usable arrives', async () => {
  const page = await visit();
  const { ids, untouched } = await page.evaluate(() => {
    const capi = window.capi as never as Record<string, (...args: unknown[]) => unknown>;
    const cycle: Record<string, unknown> = { value: 5, currency: 'EUR' };
    cycle.self = cycle;
    cycle.items = [cycle, { id: 'A', price: -1 }];
    const hostile = {
      value: 6,
      get currency() {
        throw new Error('mine');
      },
      get items() {
        throw new Error('mine');
      },
    };
    const frozen = Object.freeze({ value: 7, items: Object.freeze([Object.freeze({ id: 'x' })]) });
    const proxy = Proxy.revocable({}, {});
    proxy.revoke();
    const ids = [
      capi.track?.('cycle', cycle),
      capi.track?.('hostile', hostile, {
        get eventId() {
          throw new Error('mine');
        },
      }),
      capi.track?.('negative', { value: -1, currency: 'EURO', eventValue: Number.NaN, pageType: 'nowhere' }),
      capi.track?.('huge', { eventLabel: 'x'.repeat(1_000_000), searchTerm: 'kept' }),
      capi.track?.('bigint', { value: BigInt(1), transactionId: Symbol('s'), items: 'none', hotelData: [] }),
      capi.track?.('frozen', frozen),
      capi.track?.('proxy', proxy.proxy, proxy.proxy),
      capi.track?.('null', null, null),
      capi.track?.('', {}),
      capi.track?.(Symbol('name')),
      capi.track?.({}),
      capi.track?.('y'.repeat(1_000_000)),
    ];
    for (const method of ['page', 'identify', 'consent', 'set', 'init']) {
      for (const value of [undefined, null, 1, 'text', proxy.proxy, hostile, cycle, Symbol('x')])
        capi[method]?.(value);
    }
    return { ids, untouched: Object.keys(cycle).length === 4 && cycle.value === 5 };
  });
  expect(untouched).toBe(true);
  expect(ids.map((id) => typeof id)).toEqual(ids.map(() => 'string'));
  await waitUntil(
    'eight events',
    () => visits.site.events().filter(({ eventName }) => eventName).length === 8,
  );
  const data = (name: string) => visits.site.events(name)[0]?.customData;
  expect(data('cycle')).toEqual({ value: 5, currency: 'EUR', items: [{ id: 'A' }] });
  expect(data('hostile')).toEqual({ value: 6 });
  expect(data('negative')).toEqual({});
  expect(data('huge')).toEqual({ searchTerm: 'kept' });
  expect(data('bigint')).toEqual({});
  expect(data('frozen')).toEqual({ value: 7, items: [{ id: 'x' }] });
});

test('an opaque origin: the events arrive', async () => {
  visits.site.pages['/frame'] = {};
  visits.site.pages['/'] = {
    script: '',
    stub: false,
    after: '<iframe sandbox="allow-scripts" src="/frame"></iframe>',
  };
  visits.site.allowOrigin = 'null';
  await visit();
  await waitUntil('the page load', () => visits.site.events().length === 1);
});
