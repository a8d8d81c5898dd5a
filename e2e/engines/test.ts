import { test as base } from '@playwright/test';
import type { Engine, Visitor } from './engine.ts';
import { startFirefox } from './firefox.ts';
import { startWebKit } from './webkit.ts';

export type EngineName = keyof typeof START;

const START = {
  Firefox: startFirefox,
  WebKit: () => startWebKit(),
  'WebKit with Navigation API': () => startWebKit('--features=+NavigationAPI'),
};

/** The engines of this machine: `npm test` installs them where it can, and says which are missing. */
export const ENGINES: EngineName[] = [];
if (process.env.FIREFOX_PATH) ENGINES.push('Firefox');
if (process.env.WEBKIT_DRIVER_PATH) ENGINES.push('WebKit');

/** As Safari is since 26.2; WebKitGTK 2.50 has the Navigation API behind a switch. */
export const NEWER_ENGINES: EngineName[] = ENGINES.includes('WebKit') ? ['WebKit with Navigation API'] : [];

/** An engine serves all tests of a worker; each test has a visitor of its own. */
export const test = base.extend<
  { engineName: EngineName; visitor: Visitor },
  { startEngine: (name: EngineName) => Promise<Engine> }
>({
  engineName: ['Firefox', { option: true }],

  startEngine: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from it
    async ({}, use) => {
      const engines = new Map<EngineName, Promise<Engine>>();
      await use((name) => {
        const engine = engines.get(name) ?? START[name]();
        engines.set(name, engine);
        return engine;
      });
      for (const engine of engines.values()) await (await engine).close();
    },
    { scope: 'worker' },
  ],

  visitor: async ({ startEngine, engineName }, use) => {
    const visitor = await (await startEngine(engineName)).visitor();
    await use(visitor);
    await visitor.leave();
  },
});
