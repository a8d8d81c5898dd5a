import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['uet-capi-source'] },
  ssr: { resolve: { conditions: ['uet-capi-source'] } },
  test: {
    include: ['packages/*/{src,page/src}/**/*.test.ts'],
    testTimeout: 20_000,
    // Builds of the pixel and starts of browsers, on machines that do other things too.
    hookTimeout: 60_000,
  },
});
