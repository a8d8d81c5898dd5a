/** The nearest number that JSON can hold: infinity would be read back as nothing, and a sum begin anew. */
export function finite(number: number): number {
  return Math.min(Math.max(number, -Number.MAX_VALUE), Number.MAX_VALUE);
}
