import type { Page } from '@playwright/test';

/** What a page would notice of a script that misbehaves. */
export interface Watched {
  /** Thrown into the page, or a promise rejected and nobody there. */
  errors: unknown[];
  /** Lines on the console, the browser's own about failed requests left out. */
  console: string[];
  /** Names on `window` that the browser did not put there. */
  globals(): Promise<string[]>;
  /** Types of the listeners on `window` and `document`, those in `on…` properties included. */
  listeners(): Promise<string[]>;
  /** How often `document.cookie`, `localStorage` and `sessionStorage` were touched. */
  storageTouched(): Promise<number>;
}

/** Under a symbol, so that it is no name on `window`. */
interface Notes {
  names: string[];
  listeners: string[];
  touched: number;
}

/** What the browser itself says of requests that failed or were refused. */
const BY_THE_BROWSER = /^(Failed to load resource|Access to fetch at .* CORS policy)/;

/** Watches the page from its first moment. Call it before `goto`. */
export async function watchPage(page: Page): Promise<Watched> {
  const watched: Pick<Watched, 'errors' | 'console'> = { errors: [], console: [] };
  page.on('pageerror', (error) => watched.errors.push(error));
  page.on('console', (message) => {
    if (!BY_THE_BROWSER.test(message.text())) watched.console.push(message.text());
  });
  await page.addInitScript(() => {
    const notes: Notes = { names: Object.getOwnPropertyNames(window), listeners: [], touched: 0 };
    Object.defineProperty(window, Symbol.for('notes'), { value: notes });
    const { addEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (this: EventTarget, ...args) {
      if (!this || this === window || this === document) notes.listeners.push(args[0]);
      return addEventListener.apply(this, args);
    };
    const count = (owner: object, name: string) => {
      const property = Object.getOwnPropertyDescriptor(owner, name) as PropertyDescriptor;
      for (const kind of ['get', 'set'] as const) {
        const original = property[kind] as ((...args: unknown[]) => unknown) | undefined;
        if (!original) continue;
        property[kind] = function (this: unknown, ...args: unknown[]) {
          notes.touched++;
          return original.apply(this, args);
        };
      }
      Object.defineProperty(owner, name, property);
    };
    count(Document.prototype, 'cookie');
    count(window, 'localStorage');
    count(window, 'sessionStorage');
  });
  return {
    ...watched,
    globals: () =>
      page.evaluate(() => {
        const { names } = (window as never as Record<symbol, Notes>)[Symbol.for('notes')] as Notes;
        return Object.getOwnPropertyNames(window).filter((name) => !names.includes(name));
      }),
    listeners: () =>
      page.evaluate(() => {
        const { listeners } = (window as never as Record<symbol, Notes>)[Symbol.for('notes')] as Notes;
        const inProperties = ['onunload', 'onbeforeunload', 'onpagehide', 'onerror'].filter(
          (name) => (window as never as Record<string, unknown>)[name],
        );
        return [...new Set([...listeners, ...inProperties])].sort();
      }),
    storageTouched: () =>
      page.evaluate(() => (window as never as Record<symbol, Notes>)[Symbol.for('notes')]!.touched),
  };
}
