import { UNREADABLE } from '../own-reasons.ts';
import type { Claim, ClaimedEvent, ClaimRequest, Outcome, Settlement } from '../port.ts';
import { type Database, SQLITE_CORRUPT, sqliteCode } from './database.ts';
import { type Ending, type Taken, writeEnding } from './ended.ts';
import { recordHistory } from './history.ts';
import type { Statements } from './sql.ts';
import { createTally, type Tally } from './tally.ts';

/**
 * Leases what is due. Where the file is damaged, an event whose content cannot be read ends, so that it keeps none of
 * those behind it. Where that is not it, the claim is refused: unlike a store that is unavailable, what is refused
 * pauses the destination, and operators see that.
 */
export function claim(database: Database, sql: Statements, request: ClaimRequest): Claim {
  try {
    return claimOrEnd(database, sql, request);
  } catch (error) {
    throw sqliteCode(error) === SQLITE_CORRUPT ? new Error((error as Error).message) : error;
  }
}

function claimOrEnd(database: Database, sql: Statements, request: ClaimRequest): Claim {
  try {
    return claimReadable(database, sql, request);
  } catch (error) {
    if (sqliteCode(error) !== SQLITE_CORRUPT || !endUnreadable(database, sql, request)) throw error;
    return claimOrEnd(database, sql, request);
  }
}

/** False where none could be ended: something else is damaged, an index that names events which are gone. */
function endUnreadable(
  database: Database,
  sql: Statements,
  { destination, now, maxEvents }: ClaimRequest,
): boolean {
  const due = sql.dueSeqs.all(destination, now, maxEvents) as { seq: number }[];
  // Each outside of a transaction: one that has met a damaged page writes nothing more.
  const unreadable = due.filter(({ seq }) => !isReadable(sql, seq));
  if (unreadable.length === 0) return false;
  return database.write(() => {
    const tally = createTally(sql);
    const taken = unreadable.flatMap(({ seq }) => (sql.takeWaiting.get(seq) as unknown as Taken) ?? []);
    for (const event of taken) writeEnding(sql, tally, event, { state: 'dead', ...UNREADABLE }, now);
    tally.write();
    return taken.length > 0;
  });
}

function isReadable(sql: Statements, seq: number): boolean {
  try {
    return sql.wireOf.get(seq) !== undefined;
  } catch (error) {
    if (sqliteCode(error) !== SQLITE_CORRUPT) throw error;
    return false;
  }
}

/** Waits for no other process where there is nothing to take. */
function claimReadable(database: Database, sql: Statements, request: ClaimRequest): Claim {
  const { destination, now } = request;
  const paused = () => sql.paused.get(destination) as Claim['paused'];
  const give = (events: ClaimedEvent[]): Claim => ({
    events,
    nextDueAt: (sql.nextDue.get(destination, request.lease) as { dueAt: number } | undefined)?.dueAt,
    paused: paused(),
  });
  const mayTake = () => !paused() && sql.isAnyDue.get(destination, now) !== undefined;
  const nothing = database.read(() => (mayTake() ? undefined : give([])));
  // A lease that is forgotten lets its events be sent again, as a lost answer does.
  return nothing ?? database.writeUnsynced(() => give(mayTake() ? lease(sql, request) : []));
}

/** Somebody had leased it before, and never said what became of it. */
type Due = ClaimedEvent & { hasLapsed: 0 | 1 };

function lease(sql: Statements, request: ClaimRequest): ClaimedEvent[] {
  const events = takeDue(sql, request);
  for (const { seq, hasLapsed } of events) {
    if (hasLapsed) recordHistory(sql, seq, { what: 'lapsed', at: request.now });
  }
  // `held` ends here: what has been tried once may be at Microsoft, and a report comes too late.
  sql.lease.run(request.leaseUntil, request.lease, listOf(events));
  return events;
}

function takeDue(sql: Statements, { destination, now, maxEvents, maxBytes }: ClaimRequest): Due[] {
  const events: Due[] = [];
  let bytes = 0;
  const rows = sql.due.iterate(destination, now, maxEvents);
  try {
    for (const row of rows) {
      const event = row as unknown as Due;
      bytes += Buffer.byteLength(event.wire);
      if (bytes > maxBytes && events.length > 0) break;
      events.push(event);
    }
  } finally {
    // A statement that failed would fail at its next use too.
    rows.return?.();
  }
  return events;
}

/** Writes down outcomes. Runs inside a transaction. */
export function settleLeased(sql: Statements, tally: Tally, { lease, now, outcomes }: Settlement): void {
  const accepted = outcomes.filter(isPlainlyAccepted);
  if (accepted.length > 0) accept(sql, tally, listOf(accepted), lease, now);
  for (const outcome of outcomes) {
    if (!isPlainlyAccepted(outcome)) settleOne(sql, tally, outcome, lease, now);
  }
}

function isPlainlyAccepted(outcome: Outcome): boolean {
  return outcome.state === 'accepted' && outcome.warnings.length === 0;
}

function accept(sql: Statements, tally: Tally, seqs: string, lease: string, now: number): void {
  const counts = sql.countLeased.all(seqs, lease) as { site: string; destination: string; count: number }[];
  for (const { site, destination, count } of counts) tally.ended(site, destination, 'accepted', count);
  sql.acceptLeased.run(now, seqs, lease);
  sql.removeLeased.run(seqs, lease);
}

function listOf(events: readonly { seq: number }[]): string {
  return JSON.stringify(events.map(({ seq }) => seq));
}

function settleOne(sql: Statements, tally: Tally, outcome: Outcome, lease: string, now: number): void {
  const { seq, state } = outcome;
  if (state === 'retry') {
    const { dueAt, countsAttempt, code, message } = outcome;
    const { changes } = sql.release.run(dueAt, countsAttempt ? 1 : 0, code, message, seq, lease);
    const what = countsAttempt ? 'retried' : 'deferred';
    if (changes > 0) recordHistory(sql, seq, { what, at: now, code, message, dueAt });
    return;
  }
  const taken = sql.takeLeased.get(seq, lease) as unknown as Taken | undefined;
  if (!taken) return;
  // What expired was not tried this time; everything else was.
  if (state !== 'expired') taken.attempts += 1;
  writeEnding(sql, tally, taken, toEnding(outcome), now);
}

function toEnding(outcome: Exclude<Outcome, { state: 'retry' }>): Ending {
  if (outcome.state !== 'accepted') return outcome;
  const { state, warnings } = outcome;
  return warnings.length > 0 ? { state, warnings: JSON.stringify(warnings) } : { state };
}
