/** What is held back takes a key of its own, so that a copy that is not does not pass for a duplicate. */
export const FILTERED = 'filtered:';
export const BOT = 'bot:';
const PREFIXES = [FILTERED, BOT];

/** An event id, and those under which the same event is kept where it is held back. */
export function idsOfCopies(eventId: string): string[] {
  const prefix = PREFIXES.find((one) => eventId.startsWith(one)) ?? '';
  const id = eventId.slice(prefix.length);
  return [id, ...PREFIXES.map((one) => one + id)];
}
