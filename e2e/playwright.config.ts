import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: 'test-results',
  // A test that passes at the second try is broken.
  retries: 0,
  // Three on two cores: a test waits for browsers, time-outs and quiet half of its time.
  workers: '150%',
  fullyParallel: true,
  forbidOnly: true,
  // Limits for a machine that is several times slower than any we know: a test waits for what it is about, never for them.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  // The collectors' logs are not the result.
  quiet: true,
  // The file that the JSON goes to is named by PLAYWRIGHT_JSON_OUTPUT_FILE.
  reporter: [
    ['line'],
    ['./matrix/table-reporter.ts'],
    ...(process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [['json'] as ['json']] : []),
  ],
  use: {
    browserName: 'chromium',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(process.env.CHROMIUM_PATH && { executablePath: process.env.CHROMIUM_PATH }),
      // Containers offer no sandbox; the rest keeps the browser from phoning home.
      args: ['--no-sandbox', '--disable-background-networking'],
    },
  },
});
