/**
 * The day of a moment, UTC: `2026-11-20`.
 *
 * @param ms since 1970
 */
export function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 'yyyy-mm-dd'.length);
}
