/** How a waiting event is called; `d` is its row in `delivery`. */
export const WAITING_STATE = `CASE WHEN d.lease IS NOT NULL THEN 'leased' WHEN d.held THEN 'held' ELSE 'pending' END`;

/** How any event is called; `o` is its row in `outcome`. */
export const STATE = `coalesce(o.state, ${WAITING_STATE})`;

/** What becomes of an event, beside its row `e`. */
export const WITH_FATE = `
  LEFT JOIN uet_capi.delivery d ON d.seq = e.seq LEFT JOIN uet_capi.outcome o ON o.seq = e.seq`;

/** All rows of an event. */
export const ROWS_OF_EVENT = `uet_capi.event e LEFT JOIN uet_capi.content c ON c.seq = e.seq ${WITH_FATE}`;

/**
 * What is sent as `w.wire`, parsed once, beside the row `c` of `content`. `jsonb` refuses one thing that JSON has, an
 * escaped NUL; one event with it must not spoil a whole list. Both pieces are equally long, so that a backslash
 * before them escapes what it did.
 */
export const WITH_WIRE = String.raw`
  LEFT JOIN LATERAL (SELECT replace(c.wire, '\u0000', '\ufffd')::jsonb AS wire OFFSET 0) w ON true`;

/** An event with all that is known of it. */
export const VIEW_OF_EVENT = `
  SELECT e.seq, e.site, e.tag_id AS "tagId", e.name, e.event_id AS "eventId", e.source,
         e.received_at AS "receivedAt", c.wire, c.notes, coalesce(o.destination, d.destination) AS destination,
         ${STATE} AS state, coalesce(o.attempts, d.attempts) AS attempts,
         d.due_at AS "dueAt", o.at AS "endedAt", coalesce(o.code, d.code) AS code,
         coalesce(o.message, d.message) AS message, o.warnings
  FROM ${ROWS_OF_EVENT}`;
