import type { PixelWindow } from './exactly.ts';

/** What the page or the browser does to the pixel. Runs before anything else in the page. */
export const BROKEN: { name: string; breakIt: () => void; tagged?: false }[] = [
  {
    name: 'localStorage and sessionStorage that throw',
    breakIt: () => {
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, {
          get: () => {
            throw new DOMException('Access is denied', 'SecurityError');
          },
        });
      }
    },
  },
  {
    name: 'localStorage that is full',
    breakIt: () => {
      for (let size = 1 << 22; size >= 1; size >>= 1) {
        try {
          for (let i = 0; ; i++) localStorage.setItem(`site ${size} ${i}`, 'x'.repeat(size));
        } catch {
          // The next smaller piece may still fit.
        }
      }
    },
  },
  {
    name: 'document.cookie that throws',
    breakIt: () => {
      Object.defineProperty(document, 'cookie', {
        get: () => {
          throw new DOMException('Access is denied', 'SecurityError');
        },
        set: () => {
          throw new DOMException('Access is denied', 'SecurityError');
        },
      });
    },
    // Microsoft's own tag does not survive it.
    tagged: false,
  },
  { name: 'a frozen history', breakIt: () => Object.freeze(history) },
  {
    name: 'a fetch that throws',
    breakIt: () => {
      window.fetch = () => {
        throw new TypeError('broken by the page');
      };
    },
  },
  {
    name: 'getters that throw, on what the pixel reads',
    breakIt: () => {
      for (const [owner, name] of [
        [Navigator.prototype, 'locks'],
        [Navigator.prototype, 'language'],
        [Document.prototype, 'visibilityState'],
        [Window.prototype, 'uetq'],
        [Window.prototype, 'dataLayer'],
        [Window.prototype, '__tcfapi'],
        [Window.prototype, 'google_tag_data'],
      ] as [object, string][]) {
        Object.defineProperty(owner, name, {
          get: () => {
            throw new Error('not yours');
          },
          configurable: true,
        });
      }
    },
    tagged: false,
  },
];

/** In the page: a visit of two SPA pages with an event on each, one of them with hostile parameters. */
export async function walk(): Promise<void> {
  const { capi } = window as unknown as PixelWindow;
  await capi.ready;
  const cycle: Record<string, unknown> = { value: 5, currency: 'EUR' };
  cycle.items = [cycle];
  capi.track('one', cycle);
  history.pushState({}, '', '/two');
  capi.track('two', {
    value: 6,
    get currency() {
      throw new Error('not yours');
    },
  });
}
