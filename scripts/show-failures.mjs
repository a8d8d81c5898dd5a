import { stripVTControlCharacters } from 'node:util';

/** What is wrong stands in the first lines of an error; the rest is further up in the output. */
const LINES_OF_ERROR = 12;

/** Where more than these fail, their number says enough. */
const MOST_SHOWN = 50;

/**
 * Prints which tests failed and how their errors begin, for whoever reads the end of a log alone.
 *
 * @param {string} stage
 * @param {import('./results.mjs').Failure[]} failures
 */
export function showFailures(stage, failures) {
  for (const { test, error } of failures.slice(0, MOST_SHOWN)) {
    const lines = stripVTControlCharacters(error)
      .split('\n')
      .filter((line) => line.trim() && !line.includes('/node_modules/'))
      .slice(0, LINES_OF_ERROR);
    console.log([`\nFAILED ${stage}: ${test}`, ...lines.map((line) => `  ${line}`)].join('\n'));
  }
  const more = failures.length - MOST_SHOWN;
  if (more > 0) console.log(`\nFAILED ${stage}: ${more} more`);
}
