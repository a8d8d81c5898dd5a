import { ERASED } from '../own-reasons.ts';
import { splitKey } from '../person-ids.ts';
import type { People, PersonKey, PersonKind, SubjectRecord } from '../port.ts';
import { toView, type ViewRow } from '../rows/view.ts';
import type { Step } from '../walk.ts';
import { type Taken, writeEnding } from './ended.ts';
import { removeContent } from './history.ts';
import { type Statements, WALK_ROWS } from './sql.ts';
import type { Tally } from './tally.ts';

const TAKE = {
  visitor: 'takeOfVisitor',
  customer: 'takeOfCustomer',
  em: 'takeOfEm',
  ph: 'takeOfPh',
} as const satisfies Record<PersonKind, keyof Statements>;

/** Takes out of the queue what waits for a person, leased or not. */
export function takeOf(sql: Statements, key: PersonKey, site: string): Taken[] {
  const [kind, id] = splitKey(key);
  return sql[TAKE[kind]].all(id, site) as unknown as Taken[];
}

/** One step of an erasure: removes the content of people's events, and what of them waits. Runs inside a transaction. */
export function eraseEvents(
  sql: Statements,
  tally: Tally,
  people: People,
  after: number,
  now: number,
): Step<{ events: number; waiting: number }> {
  const { found, next } = findOf(sql, people, after);
  const erased = found.map((seq) => eraseEvent(sql, tally, seq, now));
  const waiting = erased.filter(({ didWait }) => didWait).length;
  return { found: { events: found.length, waiting }, next };
}

/** Removes the content of one event, and the event from what waits. Runs inside a transaction. */
export function eraseEvent(
  sql: Statements,
  tally: Tally,
  seq: number,
  now: number,
): { isErased: boolean; didWait: boolean } {
  const taken = sql.takeWaiting.get(seq) as unknown as Taken | undefined;
  if (taken) writeEnding(sql, tally, taken, { state: 'skipped', code: ERASED }, now);
  const isErased = removeContent(sql, seq);
  sql.hushOutcome.run(seq);
  return { isErased, didWait: taken !== undefined };
}

/** Forgets people. Of somebody who refused, the refusal is all that stays. Runs inside a transaction. */
export function forgetPeople(sql: Statements, { keys, site }: People): number {
  let forgotten = 0;
  for (const key of keys) {
    forgotten += Number(sql.forgetPerson.run(key, site ?? null).changes);
    sql.forgetDenied.run(key, site ?? null);
  }
  return forgotten;
}

/** One step through people's events. */
export function eventsOf(sql: Statements, people: People, after: number): Step<SubjectRecord[]> {
  const { found, next } = findOf(sql, people, after);
  const view = (seq: number) => toView(sql.findBySeq.get(seq) as unknown as ViewRow);
  return { found: found.map((seq) => ({ kind: 'event', ...view(seq) })), next };
}

export function memoriesOf(sql: Statements, { keys, site }: People): SubjectRecord[] {
  const rows = keys.flatMap((key) => sql.memoriesOf.all(key, site ?? null));
  return rows.map((row) => {
    const known = Object.entries(row).filter(([, value]) => value !== null);
    return { kind: 'memory', ...Object.fromEntries(known) } as SubjectRecord;
  });
}

function findOf(sql: Statements, { keys, site }: People, after: number): Step<number[]> {
  const rows = sql.people.all(after) as unknown as { seq: number; people: string | null }[];
  // As JSON writes it, with its quotes: no key is part of another one.
  const wanted = keys.map((key) => JSON.stringify(key));
  const found = rows
    .filter(({ people }) => people !== null && wanted.some((key) => people.includes(key)))
    .map(({ seq }) => seq)
    .filter((seq) => site === undefined || sql.siteOf.get(seq)?.site === site);
  return { found, next: rows.length === WALK_ROWS ? rows.at(-1)?.seq : undefined };
}
