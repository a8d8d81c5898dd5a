/** At most so many characters, the last one of them `…` where it was longer, and never one half of an emoji. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const kept = text.slice(0, maxChars - 1);
  return `${kept.replace(/[\uD800-\uDBFF]$/, '')}…`;
}
