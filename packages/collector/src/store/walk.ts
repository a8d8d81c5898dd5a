/** What one step of a walk found, and where the next begins; undefined at the end. */
export interface Step<Found> {
  found: Found;
  next: number | undefined;
}

/** The steps of a walk through the store, from its oldest row or after another one. Other calls get their turn between them. */
export async function* walk<Found>(
  step: (after: number) => Promise<Step<Found>>,
  from = 0,
): AsyncGenerator<Found> {
  let after: number | undefined = from;
  while (after !== undefined) {
    const { found, next }: Step<Found> = await step(after);
    yield found;
    after = next;
  }
}
