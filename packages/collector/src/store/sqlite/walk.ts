/** What one step of a walk found, and where the next begins; undefined at the end. */
export interface Step<Found> {
  found: Found;
  next: number | undefined;
}

/** The steps of a walk through the store, from its oldest row. Other calls get their turn between them. */
export async function* walk<Found>(step: (after: number) => Promise<Step<Found>>): AsyncGenerator<Found> {
  let after: number | undefined = 0;
  while (after !== undefined) {
    const { found, next }: Step<Found> = await step(after);
    yield found;
    after = next;
  }
}
