import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { MEMORY_TOUCH_INTERVAL_MS } from '../memory-times.ts';
import { UNTIL_RESUMED } from '../port.ts';

/** How a waiting event is called; `d` is its row in `delivery`. */
export const WAITING_STATE = `CASE WHEN d.lease IS NOT NULL THEN 'leased' WHEN d.held = 1 THEN 'held' ELSE 'pending' END`;

const VIEW = `
  SELECT e.seq, e.site, e.tag_id AS tagId, e.name, e.event_id AS eventId, e.source,
         e.received_at AS receivedAt, c.wire, c.notes,
         coalesce(o.destination, d.destination) AS destination,
         coalesce(o.state, ${WAITING_STATE}) AS state,
         coalesce(o.attempts, d.attempts) AS attempts,
         d.due_at AS dueAt, o.at AS endedAt, coalesce(o.code, d.code) AS code, coalesce(o.message, d.message) AS message,
         o.warnings`;

export const VIEW_OF_EVENT = `${VIEW}
  FROM event e LEFT JOIN content c USING (seq) LEFT JOIN delivery d USING (seq) LEFT JOIN outcome o USING (seq)`;

/** Rows of one step of a walk: few enough that what waits for the writer does not notice. */
export const WALK_ROWS = 1_000;

const HOUR_MS = 3_600_000;

/** What is known of an event that no longer waits. */
const RETURNING_TAKEN = 'RETURNING seq, site, destination, attempts, expires_at AS expiresAt';

/** Of one destination. An outage makes one; what is older explains nothing that still waits. */
const KEPT_PAUSES = 100;

/** Events of a person that wait: a search in each block of 4,096 that has any, as the indexes are ordered. */
const takeOf = (column: 'visitor' | 'customer' | 'em' | 'ph') => `
  WITH RECURSIVE block (number) AS (
    SELECT min(seq) >> 12 FROM delivery
    UNION ALL
    SELECT (SELECT seq >> 12 FROM delivery WHERE seq >= (number + 1) << 12 ORDER BY seq LIMIT 1)
    FROM block WHERE number IS NOT NULL)
  DELETE FROM delivery
  WHERE seq >> 12 IN (SELECT number FROM block) AND ${column} = ? AND site = ? ${RETURNING_TAKEN}`;

/** The events of a JSON list. */
const SEQS = '(SELECT value FROM json_each(?))';

/** Every statement, by name. Parameters are positional, in the order of the question marks. */
const TEXTS = {
  insertEvent: `
    INSERT INTO event (site, tag_id, name, event_id, source, received_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (event_id, name, tag_id) DO NOTHING`,
  // Of a text, or of its bytes.
  insertContent: 'INSERT INTO content (seq, wire, notes, people) VALUES (?, CAST(? AS TEXT), ?, ?)',
  insertDelivery: `
    INSERT INTO delivery
      (seq, destination, due_at, held, expires_at, site, page_load_id, visitor, customer, em, ph)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  insertOutcome: `
    INSERT INTO outcome (seq, destination, state, attempts, expires_at, code, message, warnings, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  addToTally: `
    INSERT INTO tally (site, destination, state, count) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET count = count + excluded.count`,

  rememberPageReport: `
    INSERT INTO page_report (page_load_id, site, seen_at) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at`,
  hasPageReport: 'SELECT 1 FROM page_report WHERE page_load_id = ? AND site = ?',
  takeHeld: `DELETE FROM delivery WHERE page_load_id = ? AND site = ? AND held = 1 ${RETURNING_TAKEN}`,
  takeOfVisitor: takeOf('visitor'),
  takeOfCustomer: takeOf('customer'),
  takeOfEm: takeOf('em'),
  takeOfPh: takeOf('ph'),
  denyMemory: `
    INSERT INTO memory (key, site, consent, updated_at) VALUES (?, ?, 'denied', ?)
    ON CONFLICT DO UPDATE SET
      consent = 'denied', msclkid = NULL, clicked_at = NULL, updated_at = excluded.updated_at`,

  remember: `
    INSERT INTO memory (key, site, consent, msclkid, clicked_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET
      consent = coalesce(excluded.consent, consent),
      clicked_at = iif(excluded.msclkid IS NOT msclkid AND excluded.clicked_at > coalesce(clicked_at, -1),
        excluded.clicked_at, clicked_at),
      msclkid = iif(excluded.clicked_at > coalesce(clicked_at, -1), excluded.msclkid, msclkid),
      updated_at = excluded.updated_at
    WHERE coalesce(excluded.consent, consent) IS NOT consent
       OR (excluded.msclkid IS NOT msclkid AND excluded.clicked_at > coalesce(clicked_at, -1))
       OR excluded.updated_at > updated_at + ${MEMORY_TOUCH_INTERVAL_MS}`,
  recall: `
    SELECT key, consent, msclkid, clicked_at AS clickedAt FROM memory WHERE key = ? AND site = ?`,

  isAnyDue: 'SELECT 1 FROM delivery WHERE destination = ? AND due_at <= ? LIMIT 1',
  due: `
    SELECT d.seq, c.wire, d.attempts, d.expires_at AS expiresAt, d.lease IS NOT NULL AS hasLapsed
    FROM delivery d JOIN content c USING (seq)
    WHERE d.destination = ? AND d.due_at <= ? ORDER BY d.due_at, d.seq LIMIT ?`,
  dueSeqs: 'SELECT seq FROM delivery WHERE destination = ? AND due_at <= ? ORDER BY due_at, seq LIMIT ?',
  wireOf: 'SELECT wire FROM content WHERE seq = ?',
  lease: `UPDATE delivery SET due_at = ?, lease = ?, held = 0 WHERE seq IN ${SEQS}`,
  nextDue: `
    SELECT due_at AS dueAt FROM delivery WHERE destination = ? AND lease IS NOT ? ORDER BY due_at LIMIT 1`,
  release: `
    UPDATE delivery SET lease = NULL, due_at = ?, attempts = attempts + ?, code = ?, message = ?
    WHERE seq = ? AND lease = ?`,
  // What nearly every event comes to, all of a batch at once: that takes half the time of one by one.
  countLeased: `
    SELECT site, destination, count(*) AS count FROM delivery WHERE seq IN ${SEQS} AND lease = ? GROUP BY 1, 2`,
  acceptLeased: `
    INSERT INTO outcome (at, seq, destination, state, attempts, expires_at)
    SELECT ?, seq, destination, 'accepted', attempts + 1, expires_at FROM delivery
    WHERE seq IN ${SEQS} AND lease = ?`,
  removeLeased: `DELETE FROM delivery WHERE seq IN ${SEQS} AND lease = ?`,
  takeLeased: `DELETE FROM delivery WHERE seq = ? AND lease = ? ${RETURNING_TAKEN}`,

  // Equal neighbours are one entry.
  extendHistory: `
    UPDATE history SET last_at = ?1, due_at = ?2, count = count + 1
    WHERE seq = ?3 AND number = (SELECT max(number) FROM history WHERE seq = ?3)
      AND what = ?4 AND state IS ?5 AND code IS ?6 AND message IS ?7`,
  addHistory: `
    INSERT INTO history (seq, number, what, at, last_at, state, code, message, due_at)
    SELECT ?1, coalesce(max(number) + 1, 0), ?2, ?3, ?3, ?4, ?5, ?6, ?7 FROM history WHERE seq = ?1
    RETURNING number`,
  // The first tells how it began.
  trimHistory: `
    DELETE FROM history
    WHERE seq = ?1 AND number = (SELECT min(number) FROM history WHERE seq = ?1 AND number > 0)`,
  removeHistory: 'DELETE FROM history WHERE seq = ?',

  pause: `
    INSERT INTO destination (id, reason, probe_at) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET reason = excluded.reason, probe_at = excluded.probe_at
    WHERE probe_at <> ${UNTIL_RESUMED}`,
  paused: 'SELECT reason, probe_at AS probeAt FROM destination WHERE id = ?',
  claimProbe: 'UPDATE destination SET probe_at = ? WHERE id = ? AND probe_at <= ?',
  resume: 'DELETE FROM destination WHERE id = ?1 AND (?2 IS NULL OR probe_at = ?2)',
  beginPause: `
    INSERT INTO pause (destination, since, reason) SELECT ?1, ?2, ?3
    WHERE NOT EXISTS (SELECT 1 FROM pause WHERE destination = ?1 AND until IS NULL)
    ON CONFLICT DO UPDATE SET reason = excluded.reason, until = NULL`,
  endOtherPause: 'UPDATE pause SET until = ?2 WHERE destination = ?1 AND until IS NULL AND reason <> ?3',
  endPause: 'UPDATE pause SET until = ?2 WHERE destination = ?1 AND until IS NULL',
  forgetPauses: `
    DELETE FROM pause WHERE destination = ?1 AND since <= (
      SELECT since FROM pause WHERE destination = ?1 ORDER BY since DESC LIMIT 1 OFFSET ${KEPT_PAUSES})`,

  readRecord: 'SELECT key, version, value FROM record WHERE kind = ? AND key = ?',
  listRecords: 'SELECT key, version, value FROM record WHERE kind = ? ORDER BY key',
  addRecord: 'INSERT INTO record (value, kind, key, version) VALUES (?, ?, ?, 1) ON CONFLICT DO NOTHING',
  changeRecord:
    'UPDATE record SET value = ?, version = version + 1 WHERE kind = ? AND key = ? AND version = ?',

  // Nothing but CAPI events has an eventType. Sorted are short facts: beside whole wires, whose JSON
  // would be read a second time behind the sort, it takes an eighth more time.
  groupEvents: `
    WITH fact AS MATERIALIZED (
      SELECT e.site, e.received_at / ${HOUR_MS} * ${HOUR_MS} AS hour, e.name,
             c.wire ->> '$.eventType' = 'pageLoad' AS isPageLoad, e.source,
             coalesce(c.wire ->> '$.customData.currency', '') AS currency,
             coalesce(o.destination, d.destination) AS destination,
             iif(o.state = 'skipped', o.code, NULL) AS skipped,
             c.wire ->> '$.customData.value' AS value,
             c.wire ->> '$.userData.msclkid' IS NOT NULL AS msclkid,
             c.wire ->> '$.userData.em' IS NOT NULL AS em, c.wire ->> '$.userData.ph' IS NOT NULL AS ph,
             c.wire ->> '$.userData.externalId' IS NOT NULL AS externalId,
             -- Without consent a throw-away visitor id, and nothing else that would name anybody.
             c.wire ->> '$.userData.anonymousId' IS NOT NULL AS anonymousId,
             c.wire ->> '$.userData.clientIpAddress' IS NOT NULL AS clientIpAddress,
             c.wire ->> '$.userData.clientUserAgent' IS NOT NULL AS clientUserAgent,
             c.wire ->> '$.adStorageConsent' IS 'G' AS granted,
             p.site IS NOT NULL AS tagSeen,
             c.wire ->> '$.pageLoadId' IS NOT NULL AND p.site IS NULL AND e.received_at >= ?3 AS tagNotSeen
      FROM event e JOIN content c USING (seq)
      LEFT JOIN delivery d USING (seq) LEFT JOIN outcome o USING (seq)
      LEFT JOIN page_report p ON p.page_load_id = c.wire ->> '$.pageLoadId' AND p.site = e.site
      WHERE e.seq > ?1 AND e.seq <= ?2 AND c.wire ->> '$.eventType' IS NOT NULL)
    SELECT site, hour, name, isPageLoad, source, currency, destination, skipped, count(*) AS events,
           total(value) AS value, count(value) AS valued, sum(msclkid) AS msclkid, sum(em) AS em, sum(ph) AS ph,
           sum(externalId) AS externalId, sum(anonymousId AND granted) AS anonymousId,
           sum(clientIpAddress) AS clientIpAddress, sum(clientUserAgent AND granted) AS clientUserAgent,
           sum(granted) AS granted, sum(tagSeen) AS tagSeen, sum(tagNotSeen) AS tagNotSeen
    FROM fact GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`,
  nextEvents: 'SELECT seq, received_at AS receivedAt FROM event WHERE seq > ? ORDER BY seq LIMIT ?',
  readDay: 'SELECT counts FROM day WHERE day = ? AND site = ? AND name = ? AND source = ? AND currency = ?',
  countDayRows: 'SELECT count(*) AS count FROM day WHERE day = ? AND site = ?',
  writeDay: `
    INSERT INTO day (day, site, name, source, currency, counts) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET counts = excluded.counts`,
  readDays: `
    SELECT day, site, name, source, currency, counts FROM day
    WHERE day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR site IN (SELECT value FROM json_each(?3)))
      AND (?4 IS NULL OR name IN (SELECT value FROM json_each(?4)))
    ORDER BY day, site, name, source, currency`,
  forgetDays: 'DELETE FROM day WHERE day < ?',

  findAll: `${VIEW_OF_EVENT} ORDER BY e.seq DESC LIMIT ?`,
  findByEventId: `${VIEW_OF_EVENT}
    WHERE e.event_id = ?1 AND (?2 IS NULL OR coalesce(o.state, ${WAITING_STATE}) = ?2)
    ORDER BY e.seq DESC LIMIT ?3`,
  findWaiting: `${VIEW}
    FROM delivery d JOIN event e USING (seq) LEFT JOIN content c USING (seq) LEFT JOIN outcome o USING (seq)
    WHERE ${WAITING_STATE} = ? ORDER BY d.seq DESC LIMIT ?`,
  findEnded: `${VIEW}
    FROM outcome o JOIN event e USING (seq) LEFT JOIN content c USING (seq) LEFT JOIN delivery d USING (seq)
    WHERE o.state = ? ORDER BY o.seq DESC LIMIT ?`,

  // In steps along the index of states: what failed is little.
  endedAs: `
    SELECT o.seq, e.site, e.name, e.event_id AS eventId, e.received_at AS receivedAt,
           o.destination, o.state, o.code, o.message, o.at AS endedAt, o.expires_at AS expiresAt, c.people, c.seq IS NULL AS isGone
    FROM outcome o JOIN event e USING (seq) LEFT JOIN content c USING (seq)
    WHERE o.state = ? AND o.seq > ? ORDER BY o.seq LIMIT ${WALK_ROWS}`,

  reopen: `
    INSERT INTO delivery
      (seq, destination, due_at, held, expires_at, site, visitor, customer, em, ph, code, message)
    VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)`,

  // Rows stand in the order of their arrival, so a walk from the oldest needs no index on the time.
  people: `SELECT seq, people FROM content WHERE seq > ? ORDER BY seq LIMIT ${WALK_ROWS}`,
  siteOf: 'SELECT site FROM event WHERE seq = ?',
  findBySeq: `${VIEW_OF_EVENT} WHERE e.seq = ?`,
  takeWaiting: `DELETE FROM delivery WHERE seq = ? ${RETURNING_TAKEN}`,
  // Microsoft's words may quote the event.
  hushOutcome: 'UPDATE outcome SET message = NULL, warnings = NULL WHERE seq = ?',
  memoriesOf: `
    SELECT site, key, consent, msclkid, clicked_at AS clickedAt FROM memory
    WHERE key = ?1 AND (?2 IS NULL OR site = ?2)`,
  forgetDenied: `
    UPDATE memory SET msclkid = NULL, clicked_at = NULL
    WHERE key = ?1 AND (?2 IS NULL OR site = ?2) AND consent = 'denied'`,
  forgetPerson: `DELETE FROM memory WHERE key = ?1 AND (?2 IS NULL OR site = ?2) AND consent IS NOT 'denied'`,

  oldestContent: `
    SELECT c.seq, e.received_at AS receivedAt, d.seq IS NOT NULL AS waits, o.state
    FROM content c JOIN event e USING (seq) LEFT JOIN delivery d USING (seq) LEFT JOIN outcome o USING (seq)
    WHERE c.seq > ? ORDER BY c.seq LIMIT ${WALK_ROWS}`,
  oldestEvents: `
    SELECT e.seq, e.received_at AS receivedAt, d.seq IS NOT NULL AS waits
    FROM event e LEFT JOIN delivery d USING (seq)
    WHERE e.seq > ? ORDER BY e.seq LIMIT ${WALK_ROWS}`,
  oldestWaiting: `
    SELECT d.seq, e.received_at AS receivedAt, d.expires_at <= ?1 AND (d.lease IS NULL OR d.due_at <= ?1) AS isOver
    FROM delivery d JOIN event e USING (seq) WHERE d.seq > ?2 ORDER BY d.seq LIMIT ${WALK_ROWS}`,
  removeContent: 'DELETE FROM content WHERE seq = ?',
  removeOutcome: 'DELETE FROM outcome WHERE seq = ?',
  removeEvent: 'DELETE FROM event WHERE seq = ?',
  // A denial is kept: forgetting it would let the default for servers, which may be granted, apply again.
  forgetMemories: `
    DELETE FROM memory WHERE (key, site) IN (
      SELECT key, site FROM memory WHERE updated_at < ? AND consent IS NOT 'denied' LIMIT ${WALK_ROWS})`,
  forgetPageReports: `
    DELETE FROM page_report WHERE (page_load_id, site) IN (
      SELECT page_load_id, site FROM page_report WHERE seen_at < ? LIMIT ${WALK_ROWS})`,
} as const;

export type Statements = Record<keyof typeof TEXTS, StatementSync>;

/** Prepares every statement once. */
export function prepareStatements(db: DatabaseSync): Statements {
  const entries = Object.entries(TEXTS).map(([name, text]) => [name, db.prepare(text)]);
  return Object.fromEntries(entries) as Statements;
}
