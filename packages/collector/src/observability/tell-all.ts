/** Hands each call to every listener, in their order: log and metrics hear the same. The first hears all. */
export function tellAll<Events extends object>(first: Events, ...others: Partial<Events>[]): Events {
  type Handlers = Record<string, ((...args: unknown[]) => void) | undefined>;
  const listeners = [first, ...others] as Handlers[];
  return Object.fromEntries(
    Object.keys(first).map((name) => [
      name,
      (...args: unknown[]) => {
        for (const listener of listeners) listener[name]?.(...args);
      },
    ]),
  ) as Events;
}
