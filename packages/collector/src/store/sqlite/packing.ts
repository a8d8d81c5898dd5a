import type {
  AppendResult,
  Arrivals,
  Claim,
  ClaimedEvent,
  ClaimRequest,
  NewEvent,
  NewMemory,
  Outcome,
  PersonKey,
  Settlement,
  Source,
} from '../port.ts';
import type { Engine } from './engine.ts';

/**
 * What goes through the store's worker in numbers, as flat lists. Structured clone takes several
 * times as long for a list of objects (5 to 15 µs an event, most of it to read them again) as for the
 * same values one behind the other.
 */

export type PackedEngine = ReturnType<typeof packEngine>;

/** The engine as the other thread calls it. */
export function packEngine(engine: Engine) {
  return {
    ...engine,
    append: (arrivals: PackedArrivals) => packResults(engine.append(unpackArrivals(arrivals))),
    claim: (request: ClaimRequest) => packClaim(engine.claim(request)),
    settle: (settlement: PackedSettlement) => engine.settle(unpackSettlement(settlement)),
  };
}

type PackedArrivals = Omit<Arrivals, 'events' | 'memories'> & {
  events: unknown[];
  memories: unknown[];
};

export function packArrivals({ events, memories, ...rest }: Arrivals): PackedArrivals {
  return { ...rest, events: events.flatMap(eventValues), memories: memories.flatMap(memoryValues) };
}

function unpackArrivals({ events, memories, ...rest }: PackedArrivals): Arrivals {
  return {
    ...rest,
    events: rows(events, EVENT_VALUES, toEvent),
    memories: rows(memories, MEMORY_VALUES, toMemory),
  };
}

/** The positions of the duplicates: mostly none. */
function packResults(results: readonly AppendResult[]): number[] {
  return results.flatMap((result, index) => (result === 'duplicate' ? [index] : []));
}

export function unpackResults(duplicates: readonly number[], count: number): AppendResult[] {
  const results: AppendResult[] = new Array(count).fill('stored');
  for (const index of duplicates) results[index] = 'duplicate';
  return results;
}

const CLAIMED_VALUES = 4;

type PackedClaim = Omit<Claim, 'events'> & { events: (string | number)[] };

function packClaim({ events, ...rest }: Claim): PackedClaim {
  return {
    ...rest,
    events: events.flatMap((event) => [event.seq, event.wire, event.attempts, event.expiresAt]),
  };
}

export function unpackClaim({ events, ...rest }: PackedClaim): Claim {
  return {
    ...rest,
    events: rows(
      events,
      CLAIMED_VALUES,
      (at): ClaimedEvent => ({
        seq: events[at] as number,
        wire: events[at + 1] as string,
        attempts: events[at + 2] as number,
        expiresAt: events[at + 3] as number,
      }),
    ),
  };
}

/** `accepted`: the numbers of the events that were, with nothing to say about them; mostly all. */
type PackedSettlement = Settlement & { accepted: number[] };

export function packSettlement({ outcomes, ...rest }: Settlement): PackedSettlement {
  const accepted: number[] = [];
  const others: Outcome[] = [];
  for (const outcome of outcomes) {
    if (outcome.state === 'accepted' && outcome.warnings.length === 0) accepted.push(outcome.seq);
    else others.push(outcome);
  }
  return { ...rest, accepted, outcomes: others };
}

function unpackSettlement({ accepted, outcomes, ...rest }: PackedSettlement): Settlement {
  const plain = accepted.map((seq): Outcome => ({ seq, state: 'accepted', warnings: [] }));
  return { ...rest, outcomes: [...plain, ...outcomes] };
}

const EVENT_VALUES = 14;

function eventValues(event: NewEvent): unknown[] {
  const { route } = event;
  return [
    event.site,
    event.tagId,
    event.name,
    event.eventId,
    event.source,
    event.receivedAt,
    event.expiresAt,
    event.wire,
    event.keys,
    event.pageLoadId,
    event.notes,
    // A route that skips has no time.
    'skipped' in route ? route.skipped : route.destination,
    'skipped' in route ? undefined : route.dueAt,
    'skipped' in route ? undefined : route.held,
  ];
}

function toEvent(at: number, values: readonly unknown[]): NewEvent {
  const pageLoadId = values[at + 9] as string | undefined;
  const dueAt = values[at + 12] as number | undefined;
  const target = values[at + 11] as string;
  return {
    site: values[at] as string,
    tagId: values[at + 1] as string,
    name: values[at + 2] as string,
    eventId: values[at + 3] as string,
    source: values[at + 4] as Source,
    receivedAt: values[at + 5] as number,
    expiresAt: values[at + 6] as number,
    wire: values[at + 7] as string,
    keys: values[at + 8] as PersonKey[],
    ...(pageLoadId !== undefined && { pageLoadId }),
    notes: values[at + 10] as string[],
    route:
      dueAt === undefined
        ? { skipped: target }
        : { destination: target, dueAt, held: values[at + 13] as boolean },
  };
}

const MEMORY_VALUES = 5;

function memoryValues({ site, key, consent, msclkid, clickedAt }: NewMemory): unknown[] {
  return [site, key, consent, msclkid, clickedAt];
}

function toMemory(at: number, values: readonly unknown[]): NewMemory {
  const [site, key, consent, msclkid, clickedAt] = values.slice(at, at + MEMORY_VALUES);
  return {
    site: site as string,
    key: key as string,
    ...(consent !== undefined && { consent: consent as NewMemory['consent'] & {} }),
    ...(msclkid !== undefined && { msclkid: msclkid as string }),
    ...(clickedAt !== undefined && { clickedAt: clickedAt as number }),
  };
}

function rows<Row>(
  values: readonly unknown[],
  width: number,
  toRow: (at: number, values: readonly unknown[]) => Row,
): Row[] {
  return Array.from({ length: values.length / width }, (_, row) => toRow(row * width, values));
}
