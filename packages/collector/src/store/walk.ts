import type { Erased, FinalState, Replayed, ReplayFilter } from './port.ts';

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

/** A replay in steps, state by state. */
export async function replayInSteps(
  { states, seq }: ReplayFilter,
  step: (state: FinalState, after: number) => Promise<Step<Replayed>>,
): Promise<Replayed> {
  const sum: Replayed = { replayed: 0, tooOld: 0, erased: 0 };
  for (const state of states) {
    for await (const found of walk((after) => step(state, after), seq === undefined ? 0 : seq - 1)) {
      for (const key of ['replayed', 'tooOld', 'erased'] as const) sum[key] += found[key];
    }
  }
  return sum;
}

/**
 * A pruning, part by part: one that fails keeps none of the others from being done.
 *
 * @throws {AggregateError} why each of those that failed did
 */
export async function pruneInParts(...parts: readonly (() => Promise<unknown>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const part of parts) await part().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw new AggregateError(errors, 'not all could be pruned');
}

/** Every step of a walk that finds nothing to tell. */
export async function walkThrough(step: (after: number) => Promise<Step<void>>): Promise<void> {
  for await (const _ of walk(step));
}

/** An erasure in steps. */
export async function eraseInSteps(
  step: (after: number) => Promise<Step<Omit<Erased, 'memories'>>>,
): Promise<Omit<Erased, 'memories'>> {
  const sum = { events: 0, waiting: 0 };
  for await (const { events, waiting } of walk(step)) {
    sum.events += events;
    sum.waiting += waiting;
  }
  return sum;
}
