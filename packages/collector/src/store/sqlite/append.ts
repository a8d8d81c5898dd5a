import type { AppendResult, Arrivals, NewEvent, NewMemory } from '../port.ts';
import type { Statements } from './sql.ts';

/** Reason of an event that the browser's own tag has sent. */
export const TAG_SENT_PAGE_LOAD = 'tag-sent-page-load';

/** Reason of an event whose visitor took the consent back while it waited. */
export const CONSENT_WITHDRAWN = 'consent-withdrawn';

/** Stores arrivals. Runs inside a transaction. */
export function appendArrivals(sql: Statements, arrivals: Arrivals): AppendResult[] {
  const { now } = arrivals;
  for (const report of arrivals.tagPageLoads) sql.rememberPageReport.run(report.pageLoadId, report.site, now);
  const results = arrivals.events.map((event) => appendEvent(sql, event, now));
  for (const memory of arrivals.memories) remember(sql, memory, now);
  // After the events, so that those of the same call are found too.
  for (const { site, pageLoadId } of arrivals.tagPageLoads) {
    sql.endHeld.run(TAG_SENT_PAGE_LOAD, now, pageLoadId, site);
    sql.removeHeld.run(pageLoadId, site);
  }
  for (const { site, visitor } of arrivals.withdrawals) withdraw(sql, site, visitor, now);
  return results;
}

function appendEvent(sql: Statements, event: NewEvent, now: number): AppendResult {
  const { site, tagId, name, eventId, source, receivedAt, route, pageLoadId } = event;
  const inserted = sql.insertEvent.run(site, tagId, name, eventId, source, receivedAt);
  if (inserted.changes === 0) return 'duplicate';

  const seq = inserted.lastInsertRowid;
  sql.insertContent.run(seq, event.wire, event.notes.length > 0 ? JSON.stringify(event.notes) : null);
  if ('skipped' in route) {
    sql.insertOutcome.run(seq, '', 'skipped', 0, route.skipped, null, null, now);
  } else if (route.held && pageLoadId !== undefined && sql.hasPageReport.get(pageLoadId, site)) {
    sql.insertOutcome.run(seq, route.destination, 'skipped', 0, TAG_SENT_PAGE_LOAD, null, null, now);
  } else {
    sql.insertDelivery.run(
      seq,
      route.destination,
      route.dueAt,
      route.held ? 1 : 0,
      event.expiresAt,
      site,
      pageLoadId ?? null,
      event.visitor ?? null,
    );
  }
  return 'stored';
}

function remember(sql: Statements, memory: NewMemory, now: number): void {
  const { key, site, consent, msclkid } = memory;
  const clickedAt = msclkid === undefined ? null : (memory.clickedAt ?? now);
  sql.remember.run(key, site, consent ?? null, msclkid ?? null, clickedAt, now);
}

function withdraw(sql: Statements, site: string, visitor: string, now: number): void {
  sql.endOfVisitor.run(CONSENT_WITHDRAWN, now, visitor, site);
  sql.eraseOfVisitor.run(visitor, site);
  sql.removeOfVisitor.run(visitor, site);
  sql.denyMemory.run(`visitor:${visitor}`, site, now);
}
