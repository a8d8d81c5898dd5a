import { randomUUID } from 'node:crypto';
import type { Destination } from '../destinations/destination.ts';
import type { Claim, Outcome, Store } from '../store/port.ts';
import type { Clock } from './clock.ts';
import { type BatchEnd, deliverBatch, type RequestReport } from './deliver-batch.ts';
import { type RetrySettings, retryDelay } from './retry.ts';
import { withTimeLimit } from './time-limit.ts';

export interface DeliverySettings extends RetrySettings {
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
  /** The store failed; it is tried again. */
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
   * Drains: what is due goes out without any wait, until nothing is left or the destination cannot
   * take it. What is due later stays in the store.
   */
  stop(): void;
  /** Ends the draining: gives up the request under way and sends back what was claimed. */
  abort(): void;
}

/** Events may also come from other processes, and a dead one's leases end unheard. ms. */
const POLL_MS = 1_000;

/** What is due but held by another process at this moment is not asked for in a tight circle. ms. */
const IDLE_MIN_MS = 10;

/** From the claim on, requests are started for this long beside one time-out, ms. */
const SENDING_MS = 5_000;

/** What stays of the lease after the last answer to write the outcomes down, ms. */
const SETTLE_RESERVE_MS = 5_000;

/** The store is tried again soon: it is mostly a lock that another process holds. */
const STORE_RETRY: RetrySettings = { retryBaseMs: 100, retryMaxMs: 10_000 };

/** What a turn leaves behind, and when the next one is, ms. */
interface Next {
  at: number;
  /**
   * `busy`: more may be due. `idle`: nothing can be done now. `resting`: store or destination failed;
   * a wake-up is not heard, as it would defeat the backoff.
   */
  state: 'busy' | 'idle' | 'resting';
}

/**
 * Delivers to one destination: claims a batch, sends it, settles it, waits for the next.
 *
 * The events of a failed batch wait by their own number of attempts, in the store; the destination
 * as a whole rests by the number of failures in a row, in memory, so that new events do not knock
 * on a door that was just found shut.
 */
export function createDeliveryLoop(options: DeliveryLoopOptions): DeliveryLoop {
  const { store, destination, settings, events, clock, random } = options;
  const stopping = new AbortController();
  const aborting = new AbortController();
  let woken = false;
  /** `hears`: a wake-up ends it. A stop always does. */
  let sleeping: { hears: boolean; end: AbortController } | undefined;
  let paused = false;
  /** Batches in a row to which the destination was not available. */
  let failures = 0;
  /** Turns in a row in which the store failed. */
  let storeFailures = 0;
  /** Halved while a batch takes longer than its lease, so that even the slowest makes progress. */
  let claimSize = destination.maxEvents;

  async function run(): Promise<void> {
    let next: Next;
    do {
      next = await turn();
      await rest(next);
    } while (!stopping.signal.aborted);
    // Only a turn that began after the stop has seen everything that was stored before it.
    let mayBeMore = next.state !== 'resting';
    while (mayBeMore && !aborting.signal.aborted) mayBeMore = (await turn()).state === 'busy';
  }

  async function turn(): Promise<Next> {
    try {
      const next = await deliverDue();
      storeFailures = 0;
      return next;
    } catch (error) {
      events.onError(destination.id, error);
      return restFor(retryDelay(storeFailures++, undefined, random(), STORE_RETRY));
    }
  }

  async function deliverDue(): Promise<Next> {
    woken = false;
    const now = clock.now();
    const lease = randomUUID();
    const sendUntil = now + settings.timeoutMs + SENDING_MS;
    const claim = await store.claim({
      destination: destination.id,
      now,
      maxEvents: claimSize,
      maxBytes: destination.maxBytes,
      leaseUntil: sendUntil + settings.timeoutMs + SETTLE_RESERVE_MS,
      lease,
    });
    notice(claim.paused);
    if (claim.paused) return probeWhenDue(claim.paused.probeAt);
    if (claim.events.length === 0) return idleUntil(claim.nextDueAt);

    const settle = (outcomes: Outcome[]) => settleAll(lease, outcomes);
    const end = await deliverBatch({
      events: claim.events,
      destination,
      clock,
      random,
      retry: settings,
      timeoutMs: settings.timeoutMs,
      sendUntil,
      abort: aborting.signal,
      onRequest: (request) => events.onRequest(destination.id, request),
      settle,
    });
    return finish(end, claim, settle);
  }

  async function finish(
    end: BatchEnd,
    { nextDueAt, events: claimed }: Claim,
    settle: (outcomes: Outcome[]) => Promise<void>,
  ): Promise<Next> {
    const atOnce: Next = { at: clock.now(), state: 'busy' };
    switch (end.kind) {
      case 'done':
        failures = 0;
        claimSize = Math.min(claimSize * 2, destination.maxEvents);
        return (nextDueAt ?? Number.POSITIVE_INFINITY) <= atOnce.at ? atOnce : idleUntil(nextDueAt);

      case 'postponed':
        claimSize = Math.max(Math.ceil(claimed.length / 2), 1);
        await settle(end.rest);
        return atOnce;

      case 'unauthorized':
        failures = 0;
        // Paused before anything goes back, so that no other process takes it up in between.
        await persist(() => store.pause(destination.id, end.message, clock.now() + settings.probeMs));
        await settle(end.rest);
        return atOnce;

      case 'unavailable':
        await settle(end.rest);
        return restFor(retryDelay(failures++, end.retryAfterMs, random(), settings));
    }
  }

  function notice(pause: Claim['paused']): void {
    if (pause && !paused) events.onPaused(destination.id, pause.reason);
    if (!pause && paused) events.onResumed(destination.id);
    paused = pause !== undefined;
  }

  async function probeWhenDue(probeAt: number): Promise<Next> {
    // A stop waits for no probe: it neither starts one nor lets one end.
    if (stopping.signal.aborted) return idleUntil(probeAt);
    const now = clock.now();
    const mine = now >= probeAt && (await store.claimProbe(destination.id, now, now + settings.probeMs));
    if (!mine) return idleUntil(probeAt);
    const { kind } = await withTimeLimit(clock, settings.timeoutMs, stopping.signal, (signal) =>
      destination.probe(signal),
    );
    if (kind === 'good') await store.resume(destination.id);
    return { at: clock.now(), state: 'idle' };
  }

  async function settleAll(lease: string, outcomes: Outcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    const settlement = { destination: destination.id, lease, outcomes };
    const written = await persist(() => store.settle({ ...settlement, now: clock.now() }));
    if (written) events.onSettled(destination.id, outcomes);
  }

  /**
   * Until it is written: what Microsoft has taken must not be forgotten while this process lives.
   * Once the loop is aborted one failure is enough; the lease then runs out and the event is sent again.
   */
  async function persist(write: () => Promise<void>): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      try {
        await write();
        return true;
      } catch (error) {
        events.onError(destination.id, error);
        if (aborting.signal.aborted) return false;
        await clock.sleep(retryDelay(attempt, undefined, random(), STORE_RETRY), aborting.signal);
      }
    }
  }

  function idleUntil(dueAt: number | undefined): Next {
    const now = clock.now();
    return {
      at: Math.max(now + IDLE_MIN_MS, Math.min(dueAt ?? now + POLL_MS, now + POLL_MS)),
      state: 'idle',
    };
  }

  function restFor(ms: number): Next {
    return { at: clock.now() + ms, state: 'resting' };
  }

  /** Sleeps till the next turn. Woken, it lets a batch form first. A stop ends all of it. */
  async function rest({ at, state }: Next): Promise<void> {
    const left = at - clock.now();
    if (left <= 0) return;
    const hears = state !== 'resting';
    if (!(hears && woken)) await sleep(left, hears);
    if (hears && woken) await sleep(settings.batchMs, false);
  }

  async function sleep(ms: number, hears: boolean): Promise<void> {
    if (stopping.signal.aborted) return;
    const end = new AbortController();
    sleeping = { hears, end };
    await clock.sleep(ms, end.signal);
    sleeping = undefined;
  }

  return {
    run,
    wake() {
      woken = true;
      if (sleeping?.hears) sleeping.end.abort();
    },
    stop() {
      stopping.abort();
      sleeping?.end.abort();
    },
    abort: () => aborting.abort(),
  };
}
