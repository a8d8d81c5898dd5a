/**
 * What `read` gives, or undefined where the browser or the page's getters refuse it. For what is
 * seldom: a browser takes longer to throw, even into a `catch`, than for most of what the pixel does.
 */
export function attempt<R>(read: () => R): R | undefined {
  try {
    return read();
  } catch {
    // Refused storage, hostile getters: the same as absent.
  }
}

/** A field of something that the page gave, if that is there. */
export function read(from: unknown, name: string): unknown {
  return attempt(() => Object(from)[name]);
}
