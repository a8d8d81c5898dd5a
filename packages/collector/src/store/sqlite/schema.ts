/**
 * The tables, as a list of steps: `user_version` counts how many of them a file has been through.
 * A step is never changed once released; changes are new steps.
 *
 * event        one row an event, as long as its key is remembered (retention of keys)
 * content      what is sent and told of it, and the keys of its people as a JSON list; removed first
 *              (retention of content, withdrawal, erasure)
 * delivery     what still waits, and nothing else: it stays small, and with it every hot index
 * outcome      how it ended; an event is in `delivery` or in `outcome`, never in both
 * tally        the double entry: how many events were ever received, and how many ever ended in which
 *              state. Pruning does not touch it, so received = rows of `delivery` + ended, at any moment
 * memory       what is remembered of people
 * page_report  page loads that the browser's own tag has sent
 * destination  those that are paused
 * record       small facts of other rooms, by kind and key
 * day          sums of days, `counts` as a JSON object; they outlive the events they were made from
 * history      what happened to an event between arrival and end, where that was more than an acceptance;
 *              removed with the content
 * pause        when destinations were paused, the last times
 *
 * Tables and indexes of an event grow at their end (`seq`, times), except for the unique key,
 * whose order is the event ids': a hashed key in front of it made inserts 2.3 times slower.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE event (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    site        TEXT NOT NULL,
    tag_id      TEXT NOT NULL,
    name        TEXT NOT NULL,
    event_id    TEXT NOT NULL,
    source      TEXT NOT NULL,
    received_at INTEGER NOT NULL
  ) STRICT;
  -- The event id first, so that an event can be found by it alone.
  CREATE UNIQUE INDEX event_key ON event (event_id, name, tag_id);

  CREATE TABLE content (
    seq   INTEGER PRIMARY KEY,
    wire  TEXT NOT NULL,
    notes TEXT
  ) STRICT;

  CREATE TABLE delivery (
    seq          INTEGER PRIMARY KEY,
    destination  TEXT NOT NULL,
    due_at       INTEGER NOT NULL,
    lease        TEXT,
    held         INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    expires_at   INTEGER NOT NULL,
    site         TEXT NOT NULL,
    page_load_id TEXT,
    visitor      TEXT,
    code         TEXT,
    message      TEXT
  ) STRICT;
  CREATE INDEX delivery_due ON delivery (destination, due_at);
  CREATE INDEX delivery_page_load ON delivery (page_load_id, site) WHERE held = 1;
  CREATE INDEX delivery_visitor ON delivery (visitor, site) WHERE visitor IS NOT NULL;

  CREATE TABLE outcome (
    seq         INTEGER PRIMARY KEY,
    destination TEXT NOT NULL,
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    code        TEXT,
    message     TEXT,
    warnings    TEXT,
    at          INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX outcome_state ON outcome (state);

  CREATE TABLE tally (
    destination TEXT NOT NULL,
    state       TEXT NOT NULL,
    count       INTEGER NOT NULL,
    PRIMARY KEY (destination, state)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER outcome_added AFTER INSERT ON outcome BEGIN
    INSERT INTO tally VALUES (new.destination, new.state, 1)
      ON CONFLICT DO UPDATE SET count = count + 1;
  END;
  CREATE TRIGGER outcome_removed AFTER DELETE ON outcome BEGIN
    UPDATE tally SET count = count - 1 WHERE destination = old.destination AND state = old.state;
  END;

  CREATE TABLE memory (
    site       TEXT NOT NULL,
    key        TEXT NOT NULL,
    consent    TEXT,
    msclkid    TEXT,
    clicked_at INTEGER,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (key, site)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX memory_updated ON memory (updated_at) WHERE consent IS NOT 'denied';

  CREATE TABLE page_report (
    site         TEXT NOT NULL,
    page_load_id TEXT NOT NULL,
    seen_at      INTEGER NOT NULL,
    PRIMARY KEY (page_load_id, site)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX page_report_seen ON page_report (seen_at);

  CREATE TABLE destination (
    id       TEXT PRIMARY KEY,
    reason   TEXT NOT NULL,
    probe_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  DROP TABLE tally;
  DROP TRIGGER outcome_added;
  DROP TRIGGER outcome_removed;
  CREATE TABLE tally (
    site        TEXT NOT NULL,
    destination TEXT NOT NULL,
    state       TEXT NOT NULL,
    count       INTEGER NOT NULL,
    PRIMARY KEY (site, destination, state)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO tally
    SELECT site, destination, state, count(*) FROM outcome JOIN event USING (seq) GROUP BY 1, 2, 3;
  INSERT INTO tally
    SELECT e.site, coalesce(o.destination, d.destination), 'received', count(*)
    FROM event e LEFT JOIN outcome o USING (seq) LEFT JOIN delivery d USING (seq) GROUP BY 1, 2;

  -- People are looked for in two ways. A withdrawal must find at once what waits: an index on each kind
  -- of key, of waiting events alone. Erasure and export are rare and walk the content: an index over
  -- all of it would dirty one more random page with every event.
  ALTER TABLE content ADD COLUMN people TEXT;
  UPDATE content SET people = (
    SELECT nullif(json_group_array(key), '[]') FROM (
      SELECT 'visitor:' || (wire ->> '$.userData.anonymousId') AS key
      UNION ALL SELECT 'customer:' || (wire ->> '$.userData.externalId')
      UNION ALL SELECT 'em:' || (wire ->> '$.userData.em')
      UNION ALL SELECT 'ph:' || (wire ->> '$.userData.ph')
    ) WHERE key IS NOT NULL);
  ALTER TABLE delivery ADD COLUMN customer TEXT;
  ALTER TABLE delivery ADD COLUMN em TEXT;
  ALTER TABLE delivery ADD COLUMN ph TEXT;
  UPDATE delivery SET
    customer = wire ->> '$.userData.externalId', em = wire ->> '$.userData.em', ph = wire ->> '$.userData.ph'
    FROM content WHERE content.seq = delivery.seq;
  CREATE INDEX delivery_customer ON delivery (customer, site) WHERE customer IS NOT NULL;
  CREATE INDEX delivery_em ON delivery (em, site) WHERE em IS NOT NULL;
  CREATE INDEX delivery_ph ON delivery (ph, site) WHERE ph IS NOT NULL;

  -- For a replay. What ended before did so within the seven days of Microsoft's from its arrival.
  ALTER TABLE outcome ADD COLUMN expires_at INTEGER;
  UPDATE outcome SET expires_at = received_at + 7 * 86400000 FROM event WHERE event.seq = outcome.seq;
  `,
  `
  CREATE TABLE record (
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    version INTEGER NOT NULL,
    value   TEXT NOT NULL,
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE day (
    day      TEXT NOT NULL,
    site     TEXT NOT NULL,
    name     TEXT NOT NULL,
    source   TEXT NOT NULL,
    currency TEXT NOT NULL,
    counts   TEXT NOT NULL,
    PRIMARY KEY (day, site, name, source, currency)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE history (
    seq     INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    what    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    count   INTEGER NOT NULL DEFAULT 1,
    state   TEXT,
    code    TEXT,
    message TEXT,
    due_at  INTEGER,
    PRIMARY KEY (seq, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE pause (
    destination TEXT NOT NULL,
    since       INTEGER NOT NULL,
    until       INTEGER,
    reason      TEXT NOT NULL,
    PRIMARY KEY (destination, since)
  ) STRICT, WITHOUT ROWID;

  -- Of warned events alone: nearly free where all is well.
  CREATE INDEX outcome_warned ON outcome (seq) WHERE warnings IS NOT NULL;
  `,
  `
  -- The people of what waits, block by block of 4,096 events: the order of people is random, and one over
  -- all of a million dirtied a page of its own with every event that came or went. A withdrawal looks
  -- into every block instead.
  DROP INDEX delivery_visitor;
  DROP INDEX delivery_customer;
  DROP INDEX delivery_em;
  DROP INDEX delivery_ph;
  CREATE INDEX delivery_visitor ON delivery (seq >> 12, visitor, site) WHERE visitor IS NOT NULL;
  CREATE INDEX delivery_customer ON delivery (seq >> 12, customer, site) WHERE customer IS NOT NULL;
  CREATE INDEX delivery_em ON delivery (seq >> 12, em, site) WHERE em IS NOT NULL;
  CREATE INDEX delivery_ph ON delivery (seq >> 12, ph, site) WHERE ph IS NOT NULL;
  `,
];
