import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { judge, readPlaywrightReport, readUnitResult } from './results.mjs';
import { run } from './run.mjs';
import { NODE, ROOT } from './setup.mjs';
import { showFailures } from './show-failures.mjs';

const REPORTS = join(ROOT, 'test-results');
const UNIT_RESULT = join(REPORTS, 'unit.json');
const E2E_REPORT = join(REPORTS, 'e2e.json');

/**
 * @typedef {{
 *   args: string[],
 *   env?: Record<string, string>,
 *   read?: () => import('./results.mjs').Result
 * }} Stage A script for the pinned Node. Without `read` it counts as one test.
 */

/** @type {(files?: string[]) => Stage} all unit tests, or those of these files */
export const unitStage = (files = []) => ({
  args: [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=./scripts/unit-reporter.mjs',
    ...files,
  ],
  env: { UNIT_RESULT_FILE: UNIT_RESULT },
  read: () => readUnitResult(UNIT_RESULT),
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
  read: () => readPlaywrightReport(E2E_REPORT),
});

/**
 * Runs stages one after the other; one that fails does not stop the others. At the end it prints what
 * failed, then the counts, in the last line those of all: "N passed, N failed", and sets the exit code.
 *
 * @param {Record<string, Stage>} stages
 * @param {{ env: NodeJS.ProcessEnv, limitMs: number }} options `limitMs`: a stage that takes longer hangs
 */
export async function runStages(stages, { env, limitMs }) {
  rmSync(REPORTS, { recursive: true, force: true });
  const results = {};
  for (const [name, stage] of Object.entries(stages))
    results[name] = await runStage(name, stage, env, limitMs);
  for (const [name, { failures }] of Object.entries(results)) showFailures(name, failures);
  const total = { passed: 0, failed: 0 };
  const lines = [];
  for (const [name, { passed, failed }] of Object.entries(results)) {
    total.passed += passed;
    total.failed += failed;
    lines.push(`${name}: ${passed} passed, ${failed} failed`);
  }
  console.log(`\n${lines.join('\n')}\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

async function runStage(name, { args, env: extra, read }, env, limitMs) {
  console.log(`\n── ${name}`);
  const ended = await run(NODE, args, {
    cwd: ROOT,
    env: { ...env, ...extra },
    timeoutMs: limitMs,
  });
  return judge(ended, read ? read() : { passed: ended.ok ? 1 : 0, failed: 0, failures: [] });
}
