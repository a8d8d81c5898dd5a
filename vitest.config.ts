import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Whatever a test starts, a store's thread or a program, takes its types off and compiles only what has
// changed since the last one: half of the CPU of the store's tests.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node', import.meta.url));

/** The long ones wait for browsers, disks and time-outs half of their time. Vitest's default would leave one core idle. */
const FILES_PER_CORE = 1.5;

export default defineConfig({
  resolve: { conditions: ['uet-capi-source'] },
  ssr: { resolve: { conditions: ['uet-capi-source'] } },
  test: {
    maxWorkers: Math.ceil(availableParallelism() * FILES_PER_CORE),
    // For machines that do other things too: a test waits for what it is about, never for these. With
    // twenty programs on two cores steps of half a second take half a minute.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000, interval: 20 } },
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
