import { createOfflineBook, type OfflineBook } from './ads/offline-book.ts';
import { type CallRate, createCallRate } from './call-rate.ts';
import { type CapiEvents, createCapiEvents } from './capi-events.ts';
import { type Clock, createClock } from './clock.ts';
import { type Conversions, createConversions } from './conversions.ts';
import { createFaults, type Faults } from './faults.ts';
import { createGrants, type Grants } from './oauth/grants.ts';
import { fullScope } from './oauth/scope.ts';
import { createPageLoads, type PageLoads } from './page-loads.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { DEFAULT_SEED } from './world/default-seed.ts';
import { type ParsedSeed, seedSchema } from './world/seed.ts';
import { createWorld, type World } from './world/world.ts';

/** Everything the sandbox remembers. */
export interface State {
  clock: Clock;
  faults: Faults;
  requests: RequestLog;
  capiEvents: CapiEvents;
  conversions: Conversions;
  pageLoads: PageLoads;
  world: World;
  grants: Grants;
  offline: OfflineBook;
  /** Calls of the API, by user and by customer. */
  calls: CallRate;
  /** Refreshes of tokens, by user. */
  refreshes: CallRate;
  seed(seed: ParsedSeed): void;
  /** Forgets it all, faults and clock included; the seed is the default one again. */
  reset(): void;
}

export function createState(): State {
  const state = {
    clock: createClock(),
    faults: createFaults(),
    requests: createRequestLog(),
    capiEvents: createCapiEvents(),
    conversions: createConversions(),
    pageLoads: createPageLoads(),
    world: createWorld(),
    grants: createGrants(),
    offline: createOfflineBook(),
    calls: createCallRate(),
    refreshes: createCallRate(),
  };
  const seed = (given: ParsedSeed) => {
    state.world.plant(given);
    for (const grant of given.grants ?? []) {
      state.grants.plant(grant, fullScope(state.world.knobs), state.clock.now());
    }
    for (const revocation of given.revocations ?? []) state.grants.revoke(revocation);
  };
  seed(seedSchema.parse(DEFAULT_SEED));
  return {
    ...state,
    seed,
    reset() {
      state.clock.set({});
      state.faults.replace([]);
      state.requests.clear();
      state.capiEvents.clear();
      state.conversions.clear();
      state.pageLoads.clear();
      state.world.clear();
      state.grants.clear();
      state.offline.clear();
      state.calls.clear();
      state.refreshes.clear();
      seed(seedSchema.parse(DEFAULT_SEED));
    },
  };
}
