import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { judge, readPlaywrightReport, readVitestReport } from './counts.mjs';
import { run } from './run.mjs';
import { NODE, ROOT } from './setup.mjs';

const REPORTS = join(ROOT, 'test-results');
const UNIT_REPORT = join(REPORTS, 'unit.json');
const E2E_REPORT = join(REPORTS, 'e2e.json');

/**
 * @typedef {{
 *   args: string[],
 *   env?: Record<string, string>,
 *   count?: () => import('./counts.mjs').Counts
 * }} Stage A script for the pinned Node. Without `count` it counts as one test.
 */

/** @type {(files?: string[]) => Stage} all unit tests, or those of these files */
export const unitStage = (files = []) => ({
  args: [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${UNIT_REPORT}`,
    ...files,
  ],
  count: () => readVitestReport(UNIT_REPORT),
});

/** @type {(files?: string[]) => Stage} all end-to-end tests, or those of these files */
export const e2eStage = (files = []) => ({
  args: [
    'e2e/node_modules/@playwright/test/cli.js',
    'test',
    '--config',
    'e2e/playwright.config.ts',
    ...files,
  ],
  env: { PLAYWRIGHT_JSON_OUTPUT_FILE: E2E_REPORT },
  count: () => readPlaywrightReport(E2E_REPORT),
});

/**
 * Runs stages one after the other; one that fails does not stop the others. Prints the counts, in the
 * last line those of all: "N passed, N failed", and sets the exit code.
 *
 * @param {Record<string, Stage>} stages
 * @param {{ env: NodeJS.ProcessEnv, limitMs: number }} options `limitMs`: a stage that takes longer hangs
 */
export async function runStages(stages, { env, limitMs }) {
  rmSync(REPORTS, { recursive: true, force: true });
  const total = { passed: 0, failed: 0 };
  const lines = [];
  for (const [name, stage] of Object.entries(stages)) {
    const { passed, failed } = await runStage(name, stage, env, limitMs);
    total.passed += passed;
    total.failed += failed;
    lines.push(`${name}: ${passed} passed, ${failed} failed`);
  }
  console.log(`\n${lines.join('\n')}\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

async function runStage(name, { args, env: extra, count }, env, limitMs) {
  console.log(`\n── ${name}`);
  const { ok, reason } = await run(NODE, args, {
    cwd: ROOT,
    env: { ...env, ...extra },
    timeoutMs: limitMs,
  });
  if (!ok) console.log(`${name}: ${reason}`);
  return judge(ok, count ? count() : { passed: ok ? 1 : 0, failed: ok ? 0 : 1 });
}
