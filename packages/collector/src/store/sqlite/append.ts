import { CONSENT_WITHDRAWN, TAG_SENT_PAGE_LOAD } from '../own-reasons.ts';
import { idsByKind } from '../person-ids.ts';
import type { AppendResult, Arrivals, NewEvent, NewMemory, PersonKey } from '../port.ts';
import { type Taken, writeEnding } from './ended.ts';
import { removeContent } from './history.ts';
import { takeOf } from './people.ts';
import type { Statements } from './sql.ts';
import type { Tally } from './tally.ts';

/** What is sent as UTF-8: it goes to the file as it came from the other thread. */
export type EventInBytes = Omit<NewEvent, 'wire'> & { wire: string | Uint8Array };

export type ArrivalsInBytes = Omit<Arrivals, 'events'> & { events: readonly EventInBytes[] };

/** Stores arrivals. Runs inside a transaction. */
export function appendArrivals(sql: Statements, tally: Tally, arrivals: ArrivalsInBytes): AppendResult[] {
  const { now } = arrivals;
  for (const report of arrivals.tagPageLoads) sql.rememberPageReport.run(report.pageLoadId, report.site, now);
  const results = arrivals.events.map((event) => appendEvent(sql, tally, event, now));
  for (const memory of arrivals.memories) remember(sql, memory, now);
  // After the events, so that those of the same call are found too.
  for (const { site, pageLoadId } of arrivals.tagPageLoads) {
    for (const held of sql.takeHeld.all(pageLoadId, site) as unknown as Taken[]) {
      writeEnding(sql, tally, held, { state: 'skipped', code: TAG_SENT_PAGE_LOAD }, now);
    }
  }
  for (const { site, keys } of arrivals.withdrawals) {
    for (const key of keys) withdraw(sql, tally, site, key, now);
  }
  return results;
}

function appendEvent(sql: Statements, tally: Tally, event: EventInBytes, now: number): AppendResult {
  const { site, tagId, name, eventId, source, receivedAt, expiresAt, route, pageLoadId, keys } = event;
  const inserted = sql.insertEvent.run(site, tagId, name, eventId, source, receivedAt);
  if (inserted.changes === 0) return 'duplicate';

  const seq = inserted.lastInsertRowid;
  const notes = event.notes.length > 0 ? JSON.stringify(event.notes) : null;
  sql.insertContent.run(seq, event.wire, notes, keys.length > 0 ? JSON.stringify(keys) : null);
  const destination = 'skipped' in route ? '' : route.destination;
  tally.received(site, destination);
  const skip = (code: string) =>
    writeEnding(
      sql,
      tally,
      { seq, site, destination, attempts: 0, expiresAt },
      { state: 'skipped', code },
      now,
    );

  if ('skipped' in route) skip(route.skipped);
  else if (route.held && pageLoadId !== undefined && sql.hasPageReport.get(pageLoadId, site)) {
    skip(TAG_SENT_PAGE_LOAD);
  } else {
    const { visitor = null, customer = null, em = null, ph = null } = idsByKind(keys);
    sql.insertDelivery.run(
      seq,
      destination,
      route.dueAt,
      route.held ? 1 : 0,
      expiresAt,
      site,
      pageLoadId ?? null,
      visitor,
      customer,
      em,
      ph,
    );
  }
  return 'stored';
}

function remember(sql: Statements, memory: NewMemory, now: number): void {
  const { key, site, consent, msclkid } = memory;
  const clickedAt = msclkid === undefined ? null : (memory.clickedAt ?? now);
  sql.remember.run(key, site, consent ?? null, msclkid ?? null, clickedAt, now);
}

function withdraw(sql: Statements, tally: Tally, site: string, key: PersonKey, now: number): void {
  for (const waiting of takeOf(sql, key, site)) {
    writeEnding(sql, tally, waiting, { state: 'skipped', code: CONSENT_WITHDRAWN }, now);
    removeContent(sql, waiting.seq);
  }
  sql.denyMemory.run(key, site, now);
}
