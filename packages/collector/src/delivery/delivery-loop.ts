import { randomUUID } from 'node:crypto';
import type { Destination } from '../destinations/destination.ts';
import type { Claim, Outcome, Store } from '../store/port.ts';
import type { Clock } from './clock.ts';
import { type BatchEnd, deliverBatch } from './deliver-batch.ts';
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
  /** Claims nothing more; what is under way is finished. */
  stop(): void;
  /** Gives up what is under way, too. */
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

/** When the next turn is. A wake-up is heard only while the loop is idle, not while it backs off. */
interface Next {
  at: number;
  idle: boolean;
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
  let sleeping: { idle: boolean; end: AbortController } | undefined;
  let paused = false;
  /** Batches in a row to which the destination was not available. */
  let failures = 0;
  /** Halved while a batch takes longer than its lease, so that even the slowest makes progress. */
  let claimSize = destination.maxEvents;

  async function run(): Promise<void> {
    let storeFailures = 0;
    while (!stopping.signal.aborted) {
      try {
        const next = await turn();
        storeFailures = 0;
        await rest(next);
      } catch (error) {
        events.onError(destination.id, error);
        const delay = retryDelay(storeFailures++, undefined, random(), STORE_RETRY);
        await rest({ at: clock.now() + delay, idle: false });
      }
    }
  }

  async function turn(): Promise<Next> {
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
      stopping: stopping.signal,
      abort: aborting.signal,
      settle,
    });
    return finish(end, claim, settle);
  }

  async function finish(
    end: BatchEnd,
    { nextDueAt, events: claimed }: Claim,
    settle: (outcomes: Outcome[]) => Promise<void>,
  ): Promise<Next> {
    const atOnce: Next = { at: clock.now(), idle: true };
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

      case 'unavailable': {
        await settle(end.rest);
        const delay = retryDelay(failures++, end.retryAfterMs, random(), settings);
        return { at: clock.now() + delay, idle: false };
      }
    }
  }

  function notice(pause: Claim['paused']): void {
    if (pause && !paused) events.onPaused(destination.id, pause.reason);
    if (!pause && paused) events.onResumed(destination.id);
    paused = pause !== undefined;
  }

  async function probeWhenDue(probeAt: number): Promise<Next> {
    const now = clock.now();
    const mine = now >= probeAt && (await store.claimProbe(destination.id, now, now + settings.probeMs));
    if (!mine) return idleUntil(probeAt);
    // Unlike a batch, a probe is not worth waiting for when the process stops.
    const { kind } = await withTimeLimit(clock, settings.timeoutMs, stopping.signal, (signal) =>
      destination.probe(signal),
    );
    if (kind === 'good') await store.resume(destination.id);
    return { at: clock.now(), idle: true };
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
    return { at: Math.max(now + IDLE_MIN_MS, Math.min(dueAt ?? now + POLL_MS, now + POLL_MS)), idle: true };
  }

  /** Sleeps till the next turn. Woken from idling, it lets a batch form first. */
  async function rest({ at, idle }: Next): Promise<void> {
    const left = at - clock.now();
    if (left <= 0) return;
    if (!(idle && woken)) await sleep(left, idle);
    if (idle && woken) await sleep(settings.batchMs, false);
  }

  async function sleep(ms: number, idle: boolean): Promise<void> {
    if (stopping.signal.aborted) return;
    const end = new AbortController();
    sleeping = { idle, end };
    await clock.sleep(ms, end.signal);
    sleeping = undefined;
  }

  return {
    run,
    wake() {
      woken = true;
      if (sleeping?.idle) sleeping.end.abort();
    },
    stop() {
      stopping.abort();
      sleeping?.end.abort();
    },
    abort: () => aborting.abort(),
  };
}
