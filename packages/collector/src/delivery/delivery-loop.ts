import { randomBytes } from 'node:crypto';
import type { Destination } from '../destinations/destination.ts';
import type { Claim, Outcome, Store } from '../store/port.ts';
import { StoreUnavailable } from '../store/unavailable.ts';
import type { Clock } from './clock.ts';
import { type BatchEnd, deliverBatch, type RequestReport } from './deliver-batch.ts';
import { createPace, type PaceSettings } from './pace.ts';
import { type PersistOptions, persist, STORE_RETRY } from './persist.ts';
import { retryDelay } from './retry.ts';
import { withTimeLimit } from './time-limit.ts';
import { createUnwritten } from './unwritten.ts';
import { writeOutcomes } from './write-outcomes.ts';

export interface DeliverySettings extends PaceSettings {
  /** How long a batch may form before it is sent, ms. */
  batchMs: number;
  /** How long an answer may take, ms. */
  timeoutMs: number;
  /** How often a paused destination is probed, ms. */
  probeMs: number;
}

/** What happens, for logs and metrics. Must not throw. */
export interface DeliveryEvents {
  onRequest(destination: string, request: RequestReport): void;
  onSettled(destination: string, outcomes: readonly Outcome[]): void;
  /** Told once by every process that sees it, whoever paused it. */
  onPaused(destination: string, reason: string): void;
  onResumed(destination: string): void;
  /** The circuit breaker of this process opened or closed. */
  onCircuit(destination: string, isOpen: boolean): void;
  /** The store failed, and is tried again; or it refused what was to be written; or it is a bug. */
  onError(destination: string, error: unknown): void;
}

export interface DeliveryLoopOptions {
  store: Store;
  destination: Destination;
  settings: DeliverySettings;
  events: DeliveryEvents;
  clock: Clock;
  /** From 0 up to, but not including, 1. */
  random: () => number;
}

export interface DeliveryLoop {
  /** Resolves when the loop has ended, never before `stop`. */
  run(): Promise<void>;
  /** New events may be due. */
  wake(): void;
  /**
   * Drains: what is due goes out without any wait but the rate limit's, until nothing is left or the
   * destination cannot take it. What is due later stays in the store.
   */
  stop(): void;
  /** Ends the draining: gives up the requests under way and sends back what was claimed. */
  abort(): void;
  /** Claims nothing more, and ends when what is under way has been answered. The rest waits in the store. */
  leave(): void;
}

/** Events may also come from other processes, and a dead one's leases end unheard. ms. */
const POLL_MS = 1_000;

/**
 * What is due and is not given, since another process holds it at this moment, is asked for again after this time, ms,
 * and after twice as long each time: mostly it holds it for some ms, but somebody's open transaction may for hours.
 */
const WITHHELD_MIN_MS = 10;

/** From the claim on, requests are started for this long beside one time-out, ms. */
const SENDING_MS = 5_000;

/** What stays of the lease after the last answer to write the outcomes down, ms. */
const SETTLE_RESERVE_MS = 5_000;

/**
 * Random bytes in the name of a lease. Few, as it is written to every claimed row, which grows by it; and
 * enough that of some hundred leases at a time no two are alike.
 */
const LEASE_BYTES = 6;

/** While the circuit is open, the first request of a batch holds so many events; each good answer doubles it. */
const PROBE_EVENTS = 1;

/**
 * After so many turns in a row that the database refused, for what it was asked and not as a whole, the destination is
 * paused: one event that cannot be claimed stops all behind it, and a pause is what operators see.
 */
const MAX_REFUSALS = 5;
const REFUSED =
  'The database refuses to hand out its events; the log says why. It is asked again at each probe.';

/** `wake`: new events. `slot`: a batch has ended. `setback`: and not well, or not whole. */
type Signal = 'wake' | 'slot' | 'setback';

/** What a turn leaves behind: when the next one is at the latest, ms, and what brings it earlier. */
type Next =
  /** More may be due. */
  | 'busy'
  /** `idle`: nothing is due. `full`: what is under way must end first. `resting`: store or destination failed. */
  | { state: 'idle' | 'full' | 'resting'; at: number };

/** A wake-up is not heard while resting, as it would defeat the backoff. */
const HEARD: Record<'idle' | 'full' | 'resting', readonly Signal[]> = {
  idle: ['wake', 'setback'],
  full: ['slot'],
  resting: [],
};

/**
 * Delivers to one destination: claims batches, and sends and settles as many of them at a time as the
 * pace allows. The claims are made one after the other.
 *
 * The events of a failed batch wait by their own number of attempts, in the store; the destination
 * as a whole rests by the number of failures in a row, in memory, so that new events do not knock
 * on a door that was just found shut.
 */
export function createDeliveryLoop(options: DeliveryLoopOptions): DeliveryLoop {
  const { store, destination, settings, events, clock, random } = options;
  const { id } = destination;
  const stopping = new AbortController();
  const aborting = new AbortController();
  const pace = createPace(settings, (isOpen) => events.onCircuit(id, isOpen));
  /** The batches under way, and when their leases end, ms; none of them rejects. */
  const batches = new Map<Promise<void>, number>();
  /** What was signalled since the loop last looked. */
  const heard = new Set<Signal>();
  let sleeping: { hears: readonly Signal[]; end: AbortController } | undefined;
  let paused = false;
  let leaving = false;
  /** Writing down a pause: nothing is claimed and nothing goes back before it is done. */
  let pausing: Promise<unknown> = Promise.resolve();
  /** Claims in a row that gave nothing though something is due. */
  let withheld = 0;
  /** Turns in a row in which the store failed, and those of them that it refused. */
  let storeFailures = 0;
  let refusals = 0;
  const unwritten = createUnwritten();
  const persistence: PersistOptions = {
    clock,
    random,
    giveUp: aborting.signal,
    onError: (error) => events.onError(id, error),
  };
  /** Halved while a batch takes longer than its lease, so that even the slowest makes progress. */
  let claimSize = destination.maxEvents;

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) await rest(await turn());
    if (!leaving) await drain();
    await Promise.all(batches.keys());
  }

  /** Begins with a turn, as only one that began after the stop has seen everything that was stored before. */
  async function drain(): Promise<void> {
    while (!aborting.signal.aborted && !leaving) {
      if ((await turn()) === 'busy') continue;
      if (batches.size === 0) return;
      await Promise.race(batches.keys());
    }
  }

  async function turn(): Promise<Next> {
    heard.delete('slot');
    heard.delete('setback');
    try {
      await pausing;
      const now = clock.now();
      const restsUntil = pace.restsUntil(now);
      if (restsUntil > now) return { state: 'resting', at: restsUntil };
      if (batches.size >= pace.allowed()) return { state: 'full', at: now + POLL_MS };
      await rateLimited(pace.waitForToken);
      const next = await startBatch();
      storeFailures = 0;
      refusals = 0;
      return next;
    } catch (error) {
      events.onError(id, error);
      refusals = error instanceof StoreUnavailable ? 0 : refusals + 1;
      if (refusals === MAX_REFUSALS) pauseFor(REFUSED);
      const ms = retryDelay(storeFailures++, undefined, random(), STORE_RETRY);
      return { state: 'resting', at: clock.now() + ms };
    }
  }

  /**
   * A lease outlives its batch, but for a clock that was set forward or a process that was stopped for a while. What is
   * claimed then is what this loop has under way, and would be sent twice.
   */
  function hasLapsed(now: number): boolean {
    return [...batches.values()].some((leaseUntil) => leaseUntil <= now);
  }

  async function startBatch(): Promise<Next> {
    heard.delete('wake');
    // Before the claim: what fails during it is no news to this batch.
    const round = pace.round();
    const now = clock.now();
    if (hasLapsed(now)) return { state: 'full', at: now + POLL_MS };
    const lease = randomBytes(LEASE_BYTES).toString('base64url');
    const sendUntil = now + settings.timeoutMs + SENDING_MS;
    const leaseUntil = sendUntil + settings.timeoutMs + SETTLE_RESERVE_MS;
    const claim = await store.claim({
      destination: id,
      now,
      maxEvents: claimSize,
      maxBytes: destination.maxBytes,
      leaseUntil,
      lease,
    });
    notice(claim.paused);
    if (claim.paused) return probeWhenDue(claim.paused.probeAt);
    if (claim.events.length === 0) return idleUntil(claim.nextDueAt);
    withheld = 0;
    const batch = deliver(claim.events, round, lease, sendUntil).then((wentWell) => {
      batches.delete(batch);
      signal('slot');
      if (!wentWell) signal('setback');
    });
    batches.set(batch, leaseUntil);
    return (claim.nextDueAt ?? Number.POSITIVE_INFINITY) <= now ? 'busy' : idleUntil(claim.nextDueAt);
  }

  /** True when every event got its final state. */
  async function deliver(
    claimed: Claim['events'],
    round: number,
    lease: string,
    sendUntil: number,
  ): Promise<boolean> {
    const settle = (outcomes: Outcome[]) => settleAll(lease, outcomes);
    try {
      const { known, toSend } = unwritten.take(claimed);
      await settle(known);
      const end = await deliverBatch({
        events: toSend,
        first: pace.isOpen() ? PROBE_EVENTS : toSend.length,
        destination,
        clock,
        random,
        retry: settings,
        timeoutMs: settings.timeoutMs,
        sendUntil,
        abort: aborting.signal,
        async admit() {
          await rateLimited(pace.takeToken);
          return pace.round() === round;
        },
        onRequest: (request) => events.onRequest(id, request),
        onBug: (error) => events.onError(id, error),
        settle,
      });
      await finish(end, round, claimed.length, settle);
      return end.kind === 'done';
    } catch (error) {
      // A bug; its events are due again when the lease has run out.
      events.onError(id, error);
      pace.failed({ kind: 'unavailable', retryAfterMs: undefined }, round, clock.now(), random());
      return false;
    }
  }

  async function finish(
    end: BatchEnd,
    round: number,
    size: number,
    settle: (outcomes: Outcome[]) => Promise<void>,
  ): Promise<void> {
    switch (end.kind) {
      case 'done':
        if (end.answered) pace.succeeded();
        claimSize = Math.min(claimSize * 2, destination.maxEvents);
        return;

      case 'postponed':
        if (end.late) claimSize = Math.max(Math.ceil(size / 2), 1);
        break;

      case 'unauthorized':
        if (pace.refused(round)) pauseFor(end.message);
        break;

      case 'unavailable':
      case 'throttled':
        pace.failed(end, round, clock.now(), random());
        break;
    }
    // Paused before anything goes back, so that nobody takes it up in between.
    await pausing;
    await settle(end.rest);
  }

  function pauseFor(reason: string): void {
    pausing = persist(
      () => store.pause(id, reason, clock.now() + settings.probeMs, clock.now()),
      persistence,
    );
  }

  function notice(pause: Claim['paused']): void {
    if (pause && !paused) events.onPaused(id, pause.reason);
    if (!pause && paused) events.onResumed(id);
    paused = pause !== undefined;
  }

  async function probeWhenDue(probeAt: number): Promise<Next> {
    // A stop waits for no probe: it neither starts one nor lets one end.
    if (stopping.signal.aborted) return idleUntil(probeAt);
    const now = clock.now();
    const nextProbeAt = now + settings.probeMs;
    const mine = now >= probeAt && (await store.claimProbe(id, now, nextProbeAt));
    if (!mine) return idleUntil(probeAt);
    const { kind } = await withTimeLimit(clock, settings.timeoutMs, stopping.signal, (signal) =>
      destination.probe(signal),
    );
    if (kind !== 'good') return idleUntil(undefined);
    await store.resume(id, clock.now(), nextProbeAt);
    return 'busy';
  }

  async function settleAll(lease: string, outcomes: Outcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    const written = await writeOutcomes(
      outcomes,
      (some) => store.settle({ destination: id, lease, now: clock.now(), outcomes: some }),
      persistence,
    );
    if (written.length > 0) events.onSettled(id, written);
    unwritten.keep(outcomes, written);
  }

  /** Until the rate limit allows a request. */
  async function rateLimited(ask: (now: number) => number): Promise<void> {
    for (;;) {
      const wait = ask(clock.now());
      if (wait === 0 || aborting.signal.aborted) return;
      await clock.sleep(wait, aborting.signal);
    }
  }

  function idleUntil(dueAt: number | undefined): Next {
    const now = clock.now();
    const isWithheld = dueAt !== undefined && dueAt <= now;
    const wait = isWithheld ? WITHHELD_MIN_MS * 2 ** withheld : (dueAt ?? Number.POSITIVE_INFINITY) - now;
    withheld = isWithheld ? withheld + 1 : 0;
    return { state: 'idle', at: now + Math.min(wait, POLL_MS) };
  }

  /** Sleeps till the next turn. Woken, it lets a batch form first. A stop ends all of it. */
  async function rest(next: Next): Promise<void> {
    const left = next === 'busy' ? 0 : next.at - clock.now();
    if (next === 'busy' || left <= 0) return;
    const hears = HEARD[next.state];
    if (!hears.some((one) => heard.has(one))) await sleep(left, hears);
    if (hears.includes('wake') && heard.has('wake')) await sleep(settings.batchMs, []);
  }

  async function sleep(ms: number, hears: readonly Signal[]): Promise<void> {
    if (stopping.signal.aborted) return;
    const end = new AbortController();
    sleeping = { hears, end };
    await clock.sleep(ms, end.signal);
    sleeping = undefined;
  }

  function signal(one: Signal): void {
    heard.add(one);
    if (sleeping?.hears.includes(one)) sleeping.end.abort();
  }

  function stop(): void {
    stopping.abort();
    sleeping?.end.abort();
  }

  return {
    run,
    wake: () => signal('wake'),
    stop,
    abort: () => aborting.abort(),
    leave() {
      leaving = true;
      stop();
    },
  };
}
