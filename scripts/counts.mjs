import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {{ passed: number, failed: number }} Counts
 */

/**
 * What a stage comes to. A run that failed without naming a failed test (a file that does not load,
 * a time limit), that left no report or that executed nothing counts as one failure, so that
 * nothing can pass by not happening.
 *
 * @param {boolean} ok whether the program ended well
 * @param {Counts} counted what its report says
 * @returns {Counts}
 */
export function judge(ok, counted) {
  const nothingRan = counted.passed + counted.failed === 0;
  const unexplained = !ok && counted.failed === 0;
  return nothingRan || unexplained ? { ...counted, failed: 1 } : counted;
}

/**
 * @param {string} file JSON report of vitest
 * @returns {Counts}
 */
export function readVitestReport(file) {
  const report = readReport(file);
  return { passed: report?.numPassedTests ?? 0, failed: report?.numFailedTests ?? 0 };
}

/**
 * @param {string} file JSON report of Playwright
 * @returns {Counts} a flaky test is a failed one
 */
export function readPlaywrightReport(file) {
  const stats = readReport(file)?.stats;
  return { passed: stats?.expected ?? 0, failed: (stats?.unexpected ?? 0) + (stats?.flaky ?? 0) };
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
