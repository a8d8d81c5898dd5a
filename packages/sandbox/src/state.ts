import { type CapiEvents, createCapiEvents } from './capi-events.ts';
import { type Clock, createClock } from './clock.ts';
import { type Conversions, createConversions } from './conversions.ts';
import { createFaults, type Faults } from './faults.ts';
import { createPageLoads, type PageLoads } from './page-loads.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';

/** Everything the sandbox remembers. */
export interface State {
  clock: Clock;
  faults: Faults;
  requests: RequestLog;
  capiEvents: CapiEvents;
  conversions: Conversions;
  pageLoads: PageLoads;
  /** Forgets it all, faults and clock included. */
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
  };
  return {
    ...state,
    reset() {
      state.clock.set({});
      state.faults.replace([]);
      state.requests.clear();
      state.capiEvents.clear();
      state.conversions.clear();
      state.pageLoads.clear();
    },
  };
}
