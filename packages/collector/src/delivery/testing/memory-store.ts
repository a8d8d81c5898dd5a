import type { ClaimedEvent, Outcome, Settlement, State, Store } from '../../store/port.ts';
import { StoreUnavailable } from '../../store/unavailable.ts';

export interface Row extends ClaimedEvent {
  destination: string;
  state: State;
  dueAt: number;
  lease: string;
}

/** The delivery half of the port, in memory, with failures on demand. */
export function memoryStore() {
  const rows: Row[] = [];
  const pauses = new Map<string, { reason: string; probeAt: number }>();
  const claims: { at: number; destination: string; given: number }[] = [];
  const late: Settlement[] = [];
  /** As many of the next calls fail. */
  const failures = { claim: 0, settle: 0, pause: 0 };
  /** What the database refuses for what it is asked. */
  const refuses = { claims: false, outcome: (_: Outcome): boolean => false };
  const mayFail = (call: keyof typeof failures) => {
    if (failures[call] === 0) return;
    failures[call] -= 1;
    throw new StoreUnavailable(`${call}: database is locked`);
  };

  const store: Pick<Store, 'claim' | 'settle' | 'pause' | 'claimProbe' | 'resume'> = {
    async claim({ destination, now, maxEvents, leaseUntil, lease }) {
      mayFail('claim');
      const paused = pauses.get(destination);
      if (refuses.claims && !paused) throw new Error('refused');
      const open = rows.filter(
        (row) => row.destination === destination && ['pending', 'leased'].includes(row.state),
      );
      const events = paused ? [] : open.filter(({ dueAt }) => dueAt <= now).slice(0, maxEvents);
      for (const event of events) Object.assign(event, { state: 'leased', dueAt: leaseUntil, lease });
      const others = open.filter((row) => !events.includes(row)).map(({ dueAt }) => dueAt);
      claims.push({ at: now, destination, given: events.length });
      return { events, paused, nextDueAt: others.length > 0 ? Math.min(...others) : undefined };
    },
    async settle(settlement) {
      mayFail('settle');
      if (settlement.outcomes.some(refuses.outcome)) throw new Error('refused');
      for (const outcome of settlement.outcomes) {
        const row = rows[outcome.seq]!;
        if (row.lease !== settlement.lease) continue;
        if (row.dueAt <= settlement.now) late.push(settlement);
        if (outcome.state !== 'retry') row.state = outcome.state;
        else {
          const attempts = row.attempts + (outcome.countsAttempt ? 1 : 0);
          Object.assign(row, { state: 'pending', dueAt: outcome.dueAt, attempts, lease: '' });
        }
      }
    },
    async pause(destination, reason, probeAt) {
      mayFail('pause');
      pauses.set(destination, { reason, probeAt });
    },
    async claimProbe(destination, now, nextProbeAt) {
      const pause = pauses.get(destination);
      if (!pause || pause.probeAt > now) return false;
      pauses.set(destination, { ...pause, probeAt: nextProbeAt });
      return true;
    },
    async resume(destination, _, probeAt) {
      if (probeAt === undefined || pauses.get(destination)?.probeAt === probeAt) pauses.delete(destination);
    },
  };
  return {
    store: store as Store,
    rows,
    claims,
    late,
    failures,
    refuses,
    add(count: number, { destination = 'd', dueAt = 0 } = {}) {
      for (let i = 0; i < count; i++) {
        rows.push({
          seq: rows.length,
          wire: String(rows.length),
          attempts: 0,
          expiresAt: Number.POSITIVE_INFINITY,
          destination,
          state: 'pending',
          dueAt,
          lease: '',
        });
      }
    },
    states: () => {
      const counts: Partial<Record<State, number>> = {};
      for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1;
      return counts;
    },
  };
}
