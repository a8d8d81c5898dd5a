/** Something that whoever started the script can mend: shown without a stack. */
export class Problem extends Error {
  /**
   * @param {string} what what went wrong
   * @param {string} remedy what to do about it
   */
  constructor(what, remedy) {
    super(`${what}\n  ${remedy}`);
  }
}

/**
 * Says why it stopped: a {@link Problem} in its own words, anything else is a fault of ours and
 * comes with its stack.
 *
 * @param {unknown} error
 */
export function explain(error) {
  console.error(error instanceof Problem ? `\nerror: ${error.message}` : error);
}
