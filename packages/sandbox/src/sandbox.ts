import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AdjustmentRow, type OfflineRow, offlineView } from './ads/offline-view.ts';
import type { AcceptedEvent } from './capi-events.ts';
import { DEFAULT_TOKEN } from './capi-route.ts';
import { type ClockSetting, clockSettingSchema } from './clock.ts';
import { createControl } from './control.ts';
import type { Conversion } from './conversions.ts';
import { type FaultSwitch, faultsSchema } from './faults.ts';
import { createListener } from './listener.ts';
import { isLoopback } from './loopback.ts';
import { createMicrosoft } from './microsoft.ts';
import type { PageLoad } from './page-loads.ts';
import type { RequestRecord } from './request-log.ts';
import { createState } from './state.ts';
import { type Seed, seedSchema } from './world/seed.ts';

export interface SandboxOptions {
  /** Default `127.0.0.1`. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** The tags that exist; without them every numeric tag does, with the token `sandbox-token`. */
  tags?: readonly { tagId: string; token: string }[];
  /** False: the served `bat.js` drops `event_id`, as builds before 2026 do. Default true. */
  eventId?: boolean;
  /**
   * How long `bat.js` holds beacons back when its container script does not come, ms. Microsoft's
   * tag waits 1,500; the default is 50, so that demos and tests need not.
   */
  holdMs?: number;
}

/** A running sandbox. Its methods do what the routes under `/_sandbox/` do. */
export interface Sandbox {
  /** Base address, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Custom events of both channels, each key once; denied consent left out. */
  conversions(): Conversion[];
  pageLoads(): PageLoad[];
  /** Every event copy that the Conversions API accepted, in order of arrival. */
  capiEvents(): AcceptedEvent[];
  /** Offline conversions after adjustments, each key once, in order of acceptance. */
  offline(): OfflineRow[];
  /** Adjustments that were accepted, offline and online ones. */
  adjustments(): AdjustmentRow[];
  /** Requests to Microsoft's routes with their answers, the newest 10,000. */
  requests(): RequestRecord[];
  /** Replaces the fault switches. Throws a ZodError that names what is wrong. */
  setFaults(faults: readonly FaultSwitch[]): void;
  setClock(setting: ClockSetting): void;
  /**
   * Users, accounts, goals, clicks, applications, tokens, and the knobs for what nobody knows. Each
   * list given replaces the one before. Throws a ZodError that names what is wrong.
   */
  seed(seed: Seed): void;
  /** Forgets everything, faults, clock and seed included; answers still delayed are cut. */
  reset(): void;
  close(): Promise<void>;
}

/** The hold of the served `bat.js` when nothing else is asked for, ms. */
const DEFAULT_HOLD_MS = 50;

/**
 * Starts a double of Microsoft's side: the Conversions API, `bat.js` and its beacons, and for offline
 * conversions the OAuth server, Campaign Management and Customer Management.
 *
 * @example
 * const sandbox = await createSandbox();
 * // … send events to `${sandbox.url}/v1/123/events` with `Authorization: Bearer sandbox-token`
 * sandbox.conversions();
 * await sandbox.close();
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0, tags, eventId = true, holdMs = DEFAULT_HOLD_MS } = options;
  const strange = tags?.find(({ tagId }) => !/^\d+$/.test(tagId));
  if (strange) throw new TypeError(`The tag id ${JSON.stringify(strange.tagId)} must consist of digits.`);
  const tokens = tags && new Map(tags.map(({ tagId, token }) => [tagId, token]));
  const example = tags?.[0]
    ? { tagId: tags[0].tagId, token: 'TOKEN_OF_THE_TAG' }
    : { tagId: '123456', token: DEFAULT_TOKEN };
  const state = createState();
  let pending = new AbortController();

  const reset = () => {
    pending.abort();
    pending = new AbortController();
    state.reset();
    control.changed();
  };
  const control = createControl({ state, reset, local: isLoopback(host), example });
  const server = createServer(
    createListener({
      state,
      microsoft: createMicrosoft(state, tokens, { eventId, holdMs }),
      control,
      aborted: () => pending.signal,
      changed: control.changed,
    }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;

  return {
    url: `http://${reachable(host)}:${address.port}`,
    port: address.port,
    conversions: state.conversions.list,
    pageLoads: state.pageLoads.list,
    capiEvents: state.capiEvents.list,
    offline: () => offlineView(state).conversions,
    adjustments: () => offlineView(state).adjustments,
    requests: state.requests.list,
    setFaults: (faults) => state.faults.replace(faultsSchema.parse(faults)),
    setClock: (setting) => state.clock.set(clockSettingSchema.parse(setting)),
    seed: (seed) => state.seed(seedSchema.parse(seed)),
    reset,
    async close() {
      pending.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** An address to connect to, where `host` means every interface. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
