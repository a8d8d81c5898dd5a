const EVERY_UNSTORABLE = /[\0\p{Surrogate}]/gu;

/**
 * Whether every database and JSON parser takes the text: without null characters and halves of a
 * surrogate pair (an emoji that somebody cut in two).
 */
export function isStorable(text: string): boolean {
  // A third of the time of a pattern, and hardly any text has one.
  return text.isWellFormed() && !text.includes('\0');
}

/** Ids too: the tag's own copy cannot carry such characters at all. */
export function toStorable(text: string): string {
  return isStorable(text) ? text : text.replace(EVERY_UNSTORABLE, '\uFFFD');
}
