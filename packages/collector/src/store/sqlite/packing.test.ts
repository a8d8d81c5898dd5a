import { expect, test } from 'vitest';
import type { Claim, Settlement } from '../port.ts';
import { arrivals, claimRequest, heldPageLoad, NOW, newEvent } from '../testing/contract/fixtures.ts';
import type { ArrivalsInBytes } from './append.ts';
import type { Engine } from './engine.ts';
import {
  countEvents,
  joinPacked,
  packArrivals,
  packEngine,
  packSettlement,
  unpackClaim,
  unpackResults,
} from './packing.ts';

/** An engine of which only one method is there. */
const engineWith = (methods: Partial<Engine>) => packEngine(methods as Engine);

test('arrivals and their results are the same on the other side', () => {
  const given = arrivals({
    events: [
      newEvent('plain', { keys: ['visitor:v', 'em:e'], notes: ['left out'] }),
      heldPageLoad('p'),
      newEvent('skipped', { route: { skipped: 'shadow mode' } }),
    ],
    memories: [
      { site: 'shop', key: 'visitor:v', consent: 'granted', msclkid: 'click', clickedAt: NOW },
      { site: 'shop', key: 'customer:c' },
    ],
    tagPageLoads: [{ site: 'shop', pageLoadId: 'p' }],
    withdrawals: [{ site: 'shop', keys: ['visitor:w'] }],
  });
  let taken: ArrivalsInBytes | undefined;
  const engine = engineWith({
    append(received) {
      taken = received;
      return ['stored', 'duplicate', 'stored'];
    },
  });

  const later = arrivals({
    now: NOW + 1,
    events: [newEvent('later', { wire: '{"pageTitle":"Schuhe – größer"}' })],
  });

  const joined = joinPacked([packArrivals(later), packArrivals(given)]);
  expect(countEvents(joined)).toBe(4);
  const duplicates = engine.append(structuredClone(joined));
  const text = new TextDecoder();
  const events = taken?.events.map((event) => ({ ...event, wire: text.decode(event.wire as Uint8Array) }));
  expect({ ...taken, events }).toStrictEqual({
    ...given,
    now: NOW + 1,
    events: [...later.events, ...given.events],
  });
  expect(unpackResults(structuredClone(duplicates), 3)).toEqual(['stored', 'duplicate', 'stored']);
});

test('so is a claim', () => {
  const claim: Claim = {
    events: [
      { seq: 1, wire: '{}', attempts: 0, expiresAt: NOW },
      { seq: 2, wire: '{"a":1}', attempts: 3, expiresAt: NOW + 1 },
    ],
    nextDueAt: undefined,
    paused: undefined,
  };
  const engine = engineWith({ claim: () => claim });
  expect(unpackClaim(structuredClone(engine.claim(claimRequest())))).toStrictEqual(claim);
});

test('and a settlement, in whatever order', () => {
  const settlement: Settlement = {
    destination: 'd',
    lease: 'l',
    now: NOW,
    outcomes: [
      { seq: 1, state: 'accepted', warnings: [] },
      { seq: 2, state: 'accepted', warnings: [{ path: 'userData.em', code: 'c', message: 'm' }] },
      { seq: 3, state: 'rejected', code: 'c', message: 'm' },
      { seq: 4, state: 'accepted', warnings: [] },
    ],
  };
  let taken: Settlement | undefined;
  const engine = engineWith({
    settle(received) {
      taken = received;
    },
  });

  engine.settle(structuredClone(packSettlement(settlement)));
  expect({ ...taken, outcomes: taken?.outcomes.toSorted((a, b) => a.seq - b.seq) }).toStrictEqual(settlement);
});
