import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {{ test: string, error: string }} Failure which test, and what it said
 * @typedef {{ passed: number, failed: number, failures: Failure[] }} Result
 */

/**
 * What a stage comes to. A run that failed without a failed test (a file that does not load, a time
 * limit), that left no report or that executed nothing counts as one failure, so that nothing can
 * pass by not happening. One that hung is a failure more, besides those until then.
 *
 * @param {{ ok: boolean, hung: boolean, reason: string }} ended how the program ended
 * @param {Result} found what its report says
 * @returns {Result}
 */
export function judge({ ok, hung, reason }, { passed, failed, failures }) {
  const nothingRan = passed + failed === 0;
  const unexplained = !ok && failed === 0;
  if (!nothingRan && !unexplained && !hung) return { passed, failed, failures };
  const ending = { test: 'the run itself', error: ok ? 'Nothing was tested.' : reason };
  const isTold = failures.length > 0 && !hung;
  return { passed, failed: failed + 1, failures: isTold ? failures : [...failures, ending] };
}

/**
 * @param {string} file what unit-reporter.mjs wrote
 * @returns {Result}
 */
export function readUnitResult(file) {
  return readReport(file) ?? { passed: 0, failed: 0, failures: [] };
}

/**
 * @param {string} file JSON report of Playwright
 * @returns {Result} a flaky test is a failed one
 */
export function readPlaywrightReport(file) {
  const report = readReport(file);
  const stats = report?.stats;
  return {
    passed: stats?.expected ?? 0,
    failed: (stats?.unexpected ?? 0) + (stats?.flaky ?? 0),
    failures: [
      // A suite's title at the top is its file.
      ...(report?.suites ?? []).flatMap((suite) => failuresIn(suite, suite.title)),
      ...(report?.errors ?? []).map((error) => ({ test: 'outside of any test', error: error.message ?? '' })),
    ],
  };
}

function failuresIn({ specs = [], suites = [] }, path) {
  return [
    ...specs.flatMap(({ title, tests }) =>
      tests
        .filter(({ status }) => status === 'unexpected' || status === 'flaky')
        .map(({ results }) => ({
          test: `${path} > ${title}`,
          error: results.flatMap(({ errors }) => errors.map(({ message }) => message ?? '')).join('\n'),
        })),
    ),
    ...suites.flatMap((suite) => failuresIn(suite, `${path} > ${suite.title}`)),
  ];
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
