/** Off unless `capi.debug(true)` was called: the console belongs to the site. */
let speaking = false;

export function setDebug(on: boolean): void {
  speaking = on;
}

/** One line of explanation on the console, while debugging. */
export function say(...words: unknown[]): void {
  try {
    if (speaking) console.info('[capi]', ...words);
  } catch {
    // A console of the site's own making.
  }
}
