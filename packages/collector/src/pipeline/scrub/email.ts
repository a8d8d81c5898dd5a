/**
 * E-mail addresses in text, also percent-encoded once or several times. All quantifiers are bounded
 * and no search runs backwards further than 64 letters, so hostile text costs linear time.
 */

/** What stands in the place of what was cut out. */
export const REMOVED = 'removed';

/** Begins a percent-escape, also one that was itself escaped up to three times. */
export const ESCAPE = '%(?:25){0,3}';

const AT = `(?:@|${ESCAPE}40)`;

/**
 * A letter of an address's first part, or an escape of `+ . - _ '` or of non-ASCII text. The hex
 * digits of another escape (`%20john`) are no letters.
 */
const LOCAL = `(?:${ESCAPE}(?:2B|2E|2D|5F|27|[89A-F][0-9A-F])|(?<!${ESCAPE}[0-9A-F]?)[\\p{L}\\p{N}._+'-])`;

/** Ends in letters: `pkg@1.2.3` is a version. */
const DOMAIN = '(?:[\\p{L}\\p{N}-]{1,63}\\.){1,8}(?:\\p{L}{2,63}|xn--[a-z0-9-]{2,59})';

/** Begins at the `@`, which is rare, and looks back from there. */
const EMAIL = new RegExp(`${AT}(?<=(${LOCAL}{1,64})${AT})${DOMAIN}`, 'giu');

export function cutEmails(text: string): string {
  if (!text.includes('@') && !(text.includes('%') && text.includes('40'))) return text;
  let cut = '';
  let from = 0;
  for (const match of text.matchAll(EMAIL)) {
    const start = Math.max(from, match.index - match[1]!.length);
    cut += text.slice(from, start) + REMOVED;
    from = match.index + match[0].length;
  }
  return from === 0 ? text : cut + text.slice(from);
}
