import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Reporter of vitest: writes what a run came to (`Result` of results.mjs) to the file that
 * UNIT_RESULT_FILE names. Vitest's own JSON leaves out what failed outside of a test: hooks of a
 * `describe`, a rejection that nobody handled, a worker that died.
 */
export default class UnitReporter {
  onTestRunEnd(modules, unhandled) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const failed = tests.filter((test) => test.result().state === 'failed');
    const groups = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const result = {
      passed: tests.filter((test) => test.result().state === 'passed').length,
      failed: failed.length,
      failures: [
        ...failed.map((test) => failure(nameOf(test), test.result().errors)),
        ...groups
          .filter((group) => group.errors().length > 0)
          .map((group) => failure(nameOf(group), group.errors())),
        ...unhandled.map((error) =>
          failure(`outside of any test, while this ran: ${error.VITEST_TEST_PATH ?? '?'}`, [error]),
        ),
      ],
    };
    const file = process.env.UNIT_RESULT_FILE;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(result));
  }
}

function nameOf(entity) {
  if (entity.type === 'module') return entity.relativeModuleId;
  return `${entity.module.relativeModuleId} > ${entity.fullName}`;
}

function failure(test, errors) {
  return {
    test,
    error: errors.map(({ message, stack, diff }) => `${stack ?? message}\n${diff ?? ''}`).join('\n'),
  };
}
