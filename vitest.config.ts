import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Whatever a test starts, a store's thread or a program, takes its types off and compiles only what has
// changed since the last one: half of the CPU of the store's tests.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url));

export default defineConfig({
  resolve: { conditions: ['uet-capi-source'] },
  ssr: { resolve: { conditions: ['uet-capi-source'] } },
  test: {
    // By default one core is left alone; most tests wait for a browser or a disk half of their time.
    maxWorkers: '100%',
    testTimeout: 20_000,
    // Starts of browsers, on machines that do other things too.
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'pixel',
          include: ['packages/pixel/src/**/*.test.ts'],
          globalSetup: 'packages/pixel/src/test-support/build-once.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'others',
          include: ['packages/*/{src,page/src}/**/*.test.ts'],
          exclude: ['packages/pixel/**', '**/node_modules/**'],
        },
      },
    ],
  },
});
