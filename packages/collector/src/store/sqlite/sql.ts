import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** How a waiting event is called; `d` is its row in `delivery`. */
const WAITING_STATE = `CASE WHEN d.lease IS NOT NULL THEN 'leased' WHEN d.held = 1 THEN 'held' ELSE 'pending' END`;

const VIEW = `
  SELECT e.seq, e.site, e.tag_id AS tagId, e.name, e.event_id AS eventId, e.source,
         e.received_at AS receivedAt, c.wire, c.notes,
         coalesce(o.destination, d.destination) AS destination,
         coalesce(o.state, ${WAITING_STATE}) AS state,
         coalesce(o.attempts, d.attempts) AS attempts,
         d.due_at AS dueAt, coalesce(o.code, d.code) AS code, coalesce(o.message, d.message) AS message,
         o.warnings`;

const VIEW_OF_EVENT = `${VIEW}
  FROM event e LEFT JOIN content c USING (seq) LEFT JOIN delivery d USING (seq) LEFT JOIN outcome o USING (seq)`;

/**
 * A person's row is written again without news only after this long, so that the ten events of a
 * visit cost one write (ms).
 */
const MEMORY_TOUCH_INTERVAL_MS = 24 * 60 * 60 * 1000;

/**
 * How long a report of the tag is remembered (ms): Microsoft refuses events older than 7 days, so
 * no page load can arrive later than that.
 */
const PAGE_REPORT_MEMORY_MS = 7 * 24 * 60 * 60 * 1000;

/** Rows of one pruning transaction: few enough that what waits for the writer does not notice. */
export const PRUNE_ROWS = 1_000;

/** Every statement, by name. Parameters are positional, in the order of the question marks. */
const TEXTS = {
  insertEvent: `
    INSERT INTO event (site, tag_id, name, event_id, source, received_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (event_id, name, tag_id) DO NOTHING`,
  insertContent: 'INSERT INTO content (seq, wire, notes) VALUES (?, ?, ?)',
  insertDelivery: `
    INSERT INTO delivery (seq, destination, due_at, held, expires_at, site, page_load_id, visitor)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  insertOutcome: `
    INSERT INTO outcome (seq, destination, state, attempts, code, message, warnings, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,

  rememberPageReport: `
    INSERT INTO page_report (page_load_id, site, seen_at) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at`,
  hasPageReport: 'SELECT 1 FROM page_report WHERE page_load_id = ? AND site = ?',
  endHeld: `
    INSERT INTO outcome (seq, destination, state, attempts, code, at)
    SELECT seq, destination, 'skipped', attempts, ?, ? FROM delivery
    WHERE page_load_id = ? AND site = ? AND held = 1`,
  removeHeld: 'DELETE FROM delivery WHERE page_load_id = ? AND site = ? AND held = 1',

  endOfVisitor: `
    INSERT INTO outcome (seq, destination, state, attempts, code, at)
    SELECT seq, destination, 'skipped', attempts, ?, ? FROM delivery WHERE visitor = ? AND site = ?`,
  eraseOfVisitor: `
    DELETE FROM content WHERE seq IN (SELECT seq FROM delivery WHERE visitor = ? AND site = ?)`,
  removeOfVisitor: 'DELETE FROM delivery WHERE visitor = ? AND site = ?',
  denyMemory: `
    INSERT INTO memory (key, site, consent, updated_at) VALUES (?, ?, 'denied', ?)
    ON CONFLICT DO UPDATE SET
      consent = 'denied', msclkid = NULL, clicked_at = NULL, updated_at = excluded.updated_at`,

  remember: `
    INSERT INTO memory (key, site, consent, msclkid, clicked_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET
      consent = coalesce(excluded.consent, consent),
      msclkid = iif(excluded.clicked_at > coalesce(clicked_at, -1), excluded.msclkid, msclkid),
      clicked_at = iif(excluded.clicked_at > coalesce(clicked_at, -1), excluded.clicked_at, clicked_at),
      updated_at = excluded.updated_at
    WHERE coalesce(excluded.consent, consent) IS NOT consent
       OR (excluded.msclkid IS NOT msclkid AND excluded.clicked_at > coalesce(clicked_at, -1))
       OR excluded.updated_at > updated_at + ${MEMORY_TOUCH_INTERVAL_MS}`,
  recall: `
    SELECT key, consent, msclkid, clicked_at AS clickedAt FROM memory WHERE key = ? AND site = ?`,

  isAnyDue: 'SELECT 1 FROM delivery WHERE destination = ? AND due_at <= ? LIMIT 1',
  due: `
    SELECT d.seq, c.wire, d.attempts, d.expires_at AS expiresAt
    FROM delivery d JOIN content c USING (seq)
    WHERE d.destination = ? AND d.due_at <= ? ORDER BY d.due_at, d.seq LIMIT ?`,
  lease: 'UPDATE delivery SET due_at = ?, lease = ?, held = 0 WHERE seq = ?',
  nextDue: `
    SELECT due_at AS dueAt FROM delivery WHERE destination = ? AND lease IS NOT ? ORDER BY due_at LIMIT 1`,
  release: `
    UPDATE delivery SET lease = NULL, due_at = ?, attempts = attempts + ?, code = ?, message = ?
    WHERE seq = ? AND lease = ?`,
  takeLeased: 'DELETE FROM delivery WHERE seq = ? AND lease = ? RETURNING destination, attempts',

  pause: `
    INSERT INTO destination (id, reason, probe_at) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET reason = excluded.reason, probe_at = excluded.probe_at`,
  paused: 'SELECT reason, probe_at AS probeAt FROM destination WHERE id = ?',
  claimProbe: 'UPDATE destination SET probe_at = ? WHERE id = ? AND probe_at <= ?',
  resume: 'DELETE FROM destination WHERE id = ?',

  countWaiting: `SELECT destination, ${WAITING_STATE} AS state, count(*) AS count FROM delivery d GROUP BY 1, 2`,
  countEnded: 'SELECT destination, state, count FROM tally WHERE count > 0',
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

  // Rows stand in the order of their arrival, so a walk from the oldest needs no index on the time.
  oldestContent: `
    SELECT c.seq, e.received_at AS receivedAt, d.seq IS NOT NULL AS waits
    FROM content c JOIN event e USING (seq) LEFT JOIN delivery d USING (seq)
    WHERE c.seq > ? ORDER BY c.seq LIMIT ${PRUNE_ROWS}`,
  oldestEvents: `
    SELECT e.seq, e.received_at AS receivedAt, d.seq IS NOT NULL AS waits
    FROM event e LEFT JOIN delivery d USING (seq)
    WHERE e.seq > ? ORDER BY e.seq LIMIT ${PRUNE_ROWS}`,
  removeContent: 'DELETE FROM content WHERE seq = ?',
  removeOutcome: 'DELETE FROM outcome WHERE seq = ?',
  removeEvent: 'DELETE FROM event WHERE seq = ?',
  // A denial is kept: forgetting it would let the default for servers, which may be granted, apply again.
  forgetMemories: `
    DELETE FROM memory WHERE (key, site) IN (
      SELECT key, site FROM memory WHERE updated_at < ? AND consent IS NOT 'denied' LIMIT ${PRUNE_ROWS})`,
  // Reports are their own clock: where none comes in, the old ones stay a little longer.
  forgetPageReports: `
    DELETE FROM page_report WHERE (page_load_id, site) IN (
      SELECT page_load_id, site FROM page_report
      WHERE seen_at < (SELECT max(seen_at) FROM page_report) - ${PAGE_REPORT_MEMORY_MS} LIMIT ${PRUNE_ROWS})`,
} as const;

export type Statements = Record<keyof typeof TEXTS, StatementSync>;

/** Prepares every statement once. */
export function prepareStatements(db: DatabaseSync): Statements {
  const entries = Object.entries(TEXTS).map(([name, text]) => [name, db.prepare(text)]);
  return Object.fromEntries(entries) as Statements;
}
