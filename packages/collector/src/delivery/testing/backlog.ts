import type { NewEvent, Store } from '../../store/port.ts';

export const DESTINATION = 'uet-capi:1';

/** The defaults, but for a rate limit that nothing here reaches. */
export const SETTINGS = {
  batchMs: 250,
  retryBaseMs: 1_000,
  retryMaxMs: 300_000,
  timeoutMs: 30_000,
  probeMs: 60_000,
  maxInFlight: 4,
  ratePerSecond: 10_000,
  burst: 10_000,
};

/** Events per transaction. */
const GROUP = 500;

/** Stores events that are due, each of so many bytes. */
export async function fillBacklog(store: Store, count: number, bytes: number): Promise<void> {
  const now = Date.now();
  const wire = JSON.stringify({ text: 'x'.repeat(bytes) });
  const event = (number: number): NewEvent => ({
    site: 'shop',
    tagId: '1',
    name: 'purchase',
    eventId: `e${number}`,
    source: 'server',
    receivedAt: now,
    expiresAt: now + 86_400_000,
    wire,
    keys: [],
    notes: [],
    route: { destination: DESTINATION, dueAt: now, held: false },
  });
  for (let from = 0; from < count; from += GROUP) {
    const events = Array.from({ length: GROUP }, (_, index) => event(from + index));
    await store.append({ now, events, tagPageLoads: [], memories: [], withdrawals: [] });
  }
}
