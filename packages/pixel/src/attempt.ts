/** What `read` gives, or undefined where the browser or the page's getters refuse it. */
export function attempt<R>(read: () => R): R | undefined {
  try {
    return read();
  } catch {
    // Refused storage, hostile getters: the same as absent.
  }
}

/** A field of something that the page gave. */
export function read(from: unknown, name: string): unknown {
  return attempt(() => (from as Record<string, unknown>)[name]);
}
