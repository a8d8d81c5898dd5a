import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['uet-capi-source'] },
  ssr: { resolve: { conditions: ['uet-capi-source'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts'],
    testTimeout: 20_000,
  },
});
