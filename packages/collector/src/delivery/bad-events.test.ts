import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Destination } from '../destinations/destination.ts';
import { createUetCapiDestination } from '../destinations/uet-capi/destination.ts';
import type { ClaimedEvent, Outcome } from '../store/port.ts';
import { systemClock } from './clock.ts';
import { deliverBatch } from './deliver-batch.ts';

/** Batches with invalid events over real HTTP: Microsoft's rules, its ten details, and what they hide. */

/** Only reached when something is broken, ms. */
const TIMEOUT_MS = 300_000;
vi.setConfig({ testTimeout: TIMEOUT_MS, hookTimeout: TIMEOUT_MS });

const RUNS = process.env.SOAK === '1' ? 300 : 10;

/** What may be wrong with an event, and what Microsoft says then. */
const FAULTS = [
  { change: { eventTime: 1_000_000_000 }, code: 'InvalidEventTime' },
  { change: { eventType: 'click' }, code: 'InvalidEnumValue' },
  { change: { userData: undefined }, code: 'Empty' },
] as const;

let sandbox: Sandbox;
let destination: Destination;
beforeAll(async () => {
  sandbox = await createSandbox({ tags: [{ tagId: '1', token: 'secret' }] });
  destination = createUetCapiDestination({
    id: 'uet-capi:1',
    tagId: '1',
    token: 'secret',
    endpoint: sandbox.url,
    maxInFlight: 1,
  });
});
beforeEach(() => sandbox.reset());
afterAll(async () => {
  await destination.close();
  await sandbox.close();
});

/** `bad` and `warned` hold the numbers of such events. */
async function deliver(size: number, bad: ReadonlySet<number>, warned: ReadonlySet<number>) {
  const now = Date.now();
  const events = Array.from({ length: size }, (_, seq): ClaimedEvent => {
    const wire = {
      eventType: 'custom',
      eventId: `e${seq}`,
      eventName: 'purchase',
      eventTime: Math.floor(now / 1_000),
      adStorageConsent: 'G',
      userData: { anonymousId: `visitor-${seq}`, ...(warned.has(seq) ? { em: 'no hash' } : {}) },
      ...(bad.has(seq) ? FAULTS[seq % FAULTS.length]!.change : {}),
    };
    return { seq, wire: JSON.stringify(wire), attempts: 0, expiresAt: now + TIMEOUT_MS };
  });
  const settled: Outcome[] = [];
  let requests = 0;
  const end = await deliverBatch({
    events,
    first: size,
    destination,
    clock: systemClock,
    random: () => 0.5,
    retry: { retryBaseMs: 1_000, retryMaxMs: 300_000 },
    timeoutMs: TIMEOUT_MS,
    sendUntil: now + TIMEOUT_MS,
    abort: new AbortController().signal,
    admit: async () => true,
    onRequest: () => (requests += 1),
    onBug: (error) => expect.fail(String(error)),
    async settle(outcomes) {
      settled.push(...outcomes);
    },
  });
  expect(end.kind).toBe('done');
  return { settled, requests };
}

const upTo = (count: number) => new Set(Array.from({ length: count }, (_, number) => number));

test('one bad event of 1,000 costs two requests when Microsoft names it', async () => {
  const { settled, requests } = await deliver(1_000, new Set([777]), new Set());
  expect(settled.filter(({ state }) => state === 'rejected').map(({ seq }) => seq)).toEqual([777]);
  expect(requests).toBe(2);
});

test.each([10, 500, 999])('number %i of 1,000 costs at most 14 when ten warnings hide it', async (bad) => {
  const { settled, requests } = await deliver(1_000, new Set([bad]), upTo(1_000));
  expect(settled.filter(({ state }) => state === 'rejected').map(({ seq }) => seq)).toEqual([bad]);
  expect(requests).toBeLessThanOrEqual(14);
});

test('exactly the bad ones are rejected, each with its own reason', async () => {
  const batches = fc.integer({ min: 1, max: 1_000 }).chain((size) =>
    fc.record({
      size: fc.constant(size),
      bad: fc.uniqueArray(fc.nat(size - 1), { maxLength: 40 }),
      warned: fc.uniqueArray(fc.nat(size - 1), { maxLength: 200 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(batches, async ({ size, bad, warned }) => {
      sandbox.reset();
      const { settled } = await deliver(size, new Set(bad), new Set(warned));
      const inOrder = settled.toSorted((a, b) => a.seq - b.seq);
      expect(inOrder.map(({ seq }) => seq)).toEqual([...upTo(size)]);
      expect(inOrder.map((outcome) => ('code' in outcome ? outcome.code : outcome.state))).toEqual(
        inOrder.map(({ seq }) => (bad.includes(seq) ? FAULTS[seq % FAULTS.length]!.code : 'accepted')),
      );
      const warnings = inOrder.filter(
        (outcome) => outcome.state === 'accepted' && outcome.warnings.length > 0,
      );
      const named = new Set(warnings.map(({ seq }) => seq));
      // An answer names ten warnings at most; nobody is named who has none.
      expect([...named].filter((seq) => !warned.includes(seq))).toEqual([]);
      const copies = sandbox.capiEvents().map(({ eventId }) => eventId);
      expect(copies.length).toBe(size - bad.length);
      expect(new Set(copies).size).toBe(copies.length);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});
