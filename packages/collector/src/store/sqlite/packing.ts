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
import type { ArrivalsInBytes, EventInBytes } from './append.ts';
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

export type PackedArrivals = Omit<Arrivals, 'events' | 'memories'> & {
  events: unknown[];
  /** What is sent of each event, as UTF-8, one behind the other: bytes are no work for the garbage collector. */
  wires: Uint8Array;
  memories: unknown[];
};

/** Where texts become bytes: how many they will be is cheaper found out by writing them. */
let scratch = Buffer.allocUnsafeSlow(64 * 1024);

/** One unit of a text is at most so many bytes in UTF-8. */
const MAX_BYTES_A_CHAR = 3;

export function packArrivals({ events, memories, ...rest }: Arrivals): PackedArrivals {
  const values: unknown[] = [];
  let chars = 0;
  for (const { wire } of events) chars += wire.length;
  if (chars * MAX_BYTES_A_CHAR > scratch.length) scratch = Buffer.allocUnsafeSlow(chars * MAX_BYTES_A_CHAR);
  let at = 0;
  for (const event of events) {
    const bytes = scratch.write(event.wire, at);
    pushEvent(values, event, bytes);
    at += bytes;
  }
  const wires = Buffer.from(scratch.subarray(0, at));
  return { ...rest, events: values, wires, memories: memories.flatMap(memoryValues) };
}

/** One behind the other, for one transaction. */
export function joinPacked(group: readonly PackedArrivals[]): PackedArrivals {
  // A buffer of its own: of a piece of a larger one, structured clone copies the whole.
  const wires = Buffer.allocUnsafeSlow(group.reduce((sum, one) => sum + one.wires.length, 0));
  let at = 0;
  for (const one of group) {
    wires.set(one.wires, at);
    at += one.wires.length;
  }
  return {
    now: Math.max(...group.map(({ now }) => now)),
    events: concat(group.map(({ events }) => events)),
    wires,
    memories: concat(group.map(({ memories }) => memories)),
    tagPageLoads: concat(group.map(({ tagPageLoads }) => tagPageLoads)),
    withdrawals: concat(group.map(({ withdrawals }) => withdrawals)),
  };
}

/** Some of the events, and all of the rest. */
export function slicePacked(packed: PackedArrivals, from: number, to: number): PackedArrivals {
  const bytesOf = (end: number) => {
    let bytes = 0;
    for (let event = 0; event < end; event++) bytes += packed.events[event * EVENT_VALUES + 1] as number;
    return bytes;
  };
  return {
    ...packed,
    events: packed.events.slice(from * EVENT_VALUES, to * EVENT_VALUES),
    wires: packed.wires.subarray(bytesOf(from), bytesOf(to)),
  };
}

/** What `flat` does, but several times as fast: V8 copies whole lists, and `flat` value by value. */
function concat<Value>(lists: readonly (readonly Value[])[]): Value[] {
  return ([] as Value[]).concat(...lists);
}

export function countEvents({ events }: PackedArrivals): number {
  return events.length / EVENT_VALUES;
}

function unpackArrivals({ events, wires, memories, ...rest }: PackedArrivals): ArrivalsInBytes {
  let end = 0;
  return {
    ...rest,
    events: rows(events, EVENT_VALUES, (at) => {
      const begin = end;
      end += events[at + 1] as number;
      return toEvent(at, events, wires.subarray(begin, end));
    }),
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

/**
 * What many events have in common. As one object it is copied once for all of them, and costs each of
 * the others one small number.
 */
type Kind = readonly [
  site: string,
  tagId: string,
  name: string,
  source: Source,
  /** Destination, or why it is skipped. */
  target: string,
  /** Undefined where it is skipped. */
  held: boolean | undefined,
];

/** The newest kinds; an object of each, to be found again. */
const kinds: Kind[] = [];
const MAX_KINDS = 16;

function kindOf({ site, tagId, name, source, route }: NewEvent): Kind {
  const target = 'skipped' in route ? route.skipped : route.destination;
  const held = 'skipped' in route ? undefined : route.held;
  const known = kinds.find(
    (kind) =>
      kind[2] === name &&
      kind[1] === tagId &&
      kind[0] === site &&
      kind[3] === source &&
      kind[4] === target &&
      kind[5] === held,
  );
  if (known) return known;
  if (kinds.length === MAX_KINDS) kinds.shift();
  const kind: Kind = [site, tagId, name, source, target, held];
  kinds.push(kind);
  return kind;
}

const EVENT_VALUES = 9;

function pushEvent(values: unknown[], event: NewEvent, bytes: number): void {
  const { route, keys, notes } = event;
  values.push(
    kindOf(event),
    bytes,
    event.eventId,
    event.receivedAt,
    event.expiresAt,
    'skipped' in route ? undefined : route.dueAt,
    event.pageLoadId,
    // Mostly one, and none: a text is copied faster than a list.
    keys.length === 1 ? keys[0] : keys,
    notes.length === 0 ? undefined : notes,
  );
}

function toEvent(at: number, values: readonly unknown[], wire: Uint8Array): EventInBytes {
  const [site, tagId, name, source, target, held] = values[at] as Kind;
  const dueAt = values[at + 5] as number;
  const pageLoadId = values[at + 6] as string | undefined;
  const keys = values[at + 7] as PersonKey | PersonKey[];
  return {
    site,
    tagId,
    name,
    eventId: values[at + 2] as string,
    source,
    receivedAt: values[at + 3] as number,
    expiresAt: values[at + 4] as number,
    wire,
    keys: typeof keys === 'string' ? [keys] : keys,
    ...(pageLoadId !== undefined && { pageLoadId }),
    notes: (values[at + 8] as string[] | undefined) ?? NO_NOTES,
    route: held === undefined ? { skipped: target } : { destination: target, dueAt, held },
  };
}

const NO_NOTES: readonly string[] = [];

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
