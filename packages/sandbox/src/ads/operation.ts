import type { Tokens } from '../capi-route.ts';
import type { State } from '../state.ts';
import type { Account, User } from '../world/seed.ts';
import type { Refusal } from './errors.ts';
import type { Read, Shape } from './wire.ts';

/** What every operation is given beside its request. */
export interface Context {
  state: State;
  user: User;
  /** The account that the call is for; there is none in Customer Management. */
  account: Account;
  now: number;
  /** Changes from call to call: for what Microsoft does not promise to keep, such as wording and order. */
  variant: number;
  /** The UET tags that exist. */
  tags: Tokens;
  /** Base address of the sandbox, as the caller wrote it. */
  origin: string;
}

/** What an operation gives: its answer's body, or a refusal of the whole call. */
export type Outcome = { body: object } | { refusal: Refusal };

export interface Operation<S extends Shape = Shape> {
  method: 'POST' | 'PUT';
  service: 'campaign' | 'customer';
  /** Every property that the request may have. */
  shape: S;
  run(request: NonNullable<Read<{ object: S }>>, context: Context): Outcome;
}

/** Ties the request's type to its shape. */
export function operation<const S extends Shape>(definition: Operation<S>): Operation {
  return definition as unknown as Operation;
}
