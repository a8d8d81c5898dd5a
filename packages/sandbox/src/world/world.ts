import { DEFAULT_KNOBS, type Knobs } from './knobs.ts';
import type { Account, App, Click, Goal, ParsedSeed, User } from './seed.ts';

/** Who and what exists at Microsoft. */
export interface World {
  knobs: Knobs;
  users: User[];
  accounts: Account[];
  goals: Goal[];
  apps: App[];
  developerTokens: NonNullable<ParsedSeed['developerTokens']>;
  clicks: Click[];
  /** Whether auto-tagging is on, by account, where somebody said so: adding or updating any goal turns it on. */
  autoTagged: Map<string, boolean>;
  /** Takes over every list that the seed gives. */
  plant(seed: ParsedSeed): void;
  clear(): void;
  customerExists(customerId: string): boolean;
  /** The accounts that a user may see. */
  accountsOf(user: User): Account[];
  /** The goals that an account may use: its own, and its customer's of scope `Customer`. */
  goalsOf(account: Account): Goal[];
}

export function createWorld(): World {
  const empty = () => ({
    knobs: DEFAULT_KNOBS,
    users: [],
    accounts: [],
    goals: [],
    apps: [],
    developerTokens: [],
    clicks: [],
    autoTagged: new Map<string, boolean>(),
  });
  const world: World = {
    ...empty(),
    plant({ grants: _grants, revocations: _revocations, ...lists }) {
      const given = Object.entries(lists).filter(([, list]) => list !== undefined);
      Object.assign(world, Object.fromEntries(given));
    },
    clear() {
      Object.assign(world, empty());
    },
    customerExists: (customerId) =>
      world.accounts.some((account) => account.customerId === customerId) ||
      world.users.some((user) => user.customerId === customerId),
    accountsOf: ({ accountIds }) =>
      accountIds ? world.accounts.filter(({ id }) => accountIds.includes(id)) : [...world.accounts],
    goalsOf(account) {
      const customerOf = (accountId: string) => world.accounts.find(({ id }) => id === accountId)?.customerId;
      return world.goals.filter(
        ({ accountId, scope }) =>
          accountId === account.id || (scope === 'Customer' && customerOf(accountId) === account.customerId),
      );
    },
  };
  return world;
}
