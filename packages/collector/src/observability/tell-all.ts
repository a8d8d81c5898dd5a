/** Hands each call to every listener, in their order: log and metrics hear the same. */
export function tellAll<Events extends object>(first: Events, ...others: Events[]): Events {
  type Handlers = Record<string, (...args: unknown[]) => void>;
  const listeners = [first, ...others] as Handlers[];
  return Object.fromEntries(
    Object.keys(first).map((name) => [
      name,
      (...args: unknown[]) => {
        for (const listener of listeners) listener[name]!(...args);
      },
    ]),
  ) as Events;
}
