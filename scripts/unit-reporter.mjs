import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Reporter of vitest: writes what a run came to (`Result` of results.mjs) to the file that
 * UNIT_RESULT_FILE names, after each test file, since a run that hangs never comes to its end. Vitest's
 * own JSON leaves out what failed outside of a test: hooks of a `describe`, a rejection that nobody
 * handled, a worker that died.
 */
export default class UnitReporter {
  #ended = [];

  onTestModuleEnd(module) {
    this.#ended.push(resultOf(module));
    write(this.#ended);
  }

  onTestRunEnd(modules, unhandled) {
    const outside = unhandled.map((error) =>
      failure(`outside of any test, while this ran: ${error.VITEST_TEST_PATH ?? '?'}`, [error]),
    );
    // Again from all of them: one whose worker died has had no end.
    write([...modules.map(resultOf), { passed: 0, failed: 0, failures: outside }]);
  }
}

function resultOf(module) {
  const tests = [...module.children.allTests()];
  const failed = tests.filter((test) => test.result().state === 'failed');
  const groups = [module, ...module.children.allSuites()].filter((group) => group.errors().length > 0);
  return {
    passed: tests.filter((test) => test.result().state === 'passed').length,
    failed: failed.length,
    failures: [
      ...failed.map((test) => failure(nameOf(test), test.result().errors)),
      ...groups.map((group) => failure(nameOf(group), group.errors())),
    ],
  };
}

function write(results) {
  const sum = (what) => results.reduce((total, result) => total + result[what], 0);
  const failures = results.flatMap((result) => result.failures);
  const file = process.env.UNIT_RESULT_FILE;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ passed: sum('passed'), failed: sum('failed'), failures }));
}

function nameOf(entity) {
  if (entity.type === 'module') return entity.relativeModuleId;
  return `${entity.module.relativeModuleId} > ${entity.fullName}`;
}

function failure(test, errors) {
  return { test, error: errors.map(describe).join('\n') };
}

/** What caused it stands first: of a worker that died it alone names the file. */
function describe({ message, stack, diff, cause }) {
  return [cause && describe(cause), stack ?? message, diff].filter(Boolean).join('\n');
}
