/** Hosts, origins, titles: more than a busy site has at a time. */
const MAX_REMEMBERED = 2_000;

/** Longer texts are rarely seen twice, and hostile ones are long. */
const MAX_KEY_CHARS = 300;

/**
 * A pure function of a text that remembers its results, for what is dear to work out and the same
 * in most requests. What it holds is bounded, so that hostile texts cost no more than without it.
 *
 * @param isKept false for results that are not to be remembered
 */
export function memoize<Result>(
  compute: (text: string) => Result,
  isKept: (result: Result, text: string) => boolean = () => true,
): (text: string) => Result {
  const known = new Map<string, Result>();
  // The events of one request have a browser, a site and often a page in common: two texts are compared
  // in a fraction of the time that it takes to find one.
  let last: { text: string; result: Result } | undefined;
  return (text) => {
    if (text === last?.text) return last.result;
    if (text.length > MAX_KEY_CHARS) return compute(text);
    const remembered = known.get(text);
    if (remembered !== undefined || known.has(text)) {
      last = { text, result: remembered as Result };
      return remembered as Result;
    }
    const result = compute(text);
    if (!isKept(result, text)) return result;
    last = { text, result };
    // All at once: what is still in use is soon back, and nothing has to be kept in order.
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(text, result);
    return result;
  };
}
