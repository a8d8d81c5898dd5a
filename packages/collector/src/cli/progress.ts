/** Between two words on how far it is, ms; what takes less is not worth one. */
const INTERVAL_MS = 3_000;

/**
 * Tells on standard error how far a long work is.
 *
 * @param describe a line, from how many are done
 * @param clock ms
 */
export function createProgress(
  describe: (done: number) => string,
  clock = () => performance.now(),
): (done: number) => void {
  let told = clock();
  return (done) => {
    const now = clock();
    if (now - told < INTERVAL_MS) return;
    told = now;
    process.stderr.write(`${describe(done)}\n`);
  };
}
