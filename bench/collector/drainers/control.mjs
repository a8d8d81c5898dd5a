import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Pool } from 'undici';
import { DESTINATION } from '../backlog.mjs';
import { TAG_ID, TOKEN } from '../site.mjs';
import { serveDrains } from './measure.mjs';

/** As many as Microsoft takes at once. */
const BATCH = 1_000;
const LEASE_MS = 70_000;
const SEQS = '(SELECT value FROM json_each(?))';

/** Claims, posts and settles with as few statements as there are steps, as durably as the collector. */
serveDrains(async ({ dataDir, url }) => {
  const db = new DatabaseSync(join(dataDir, 'uet-capi.sqlite'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192');
  db.exec('PRAGMA wal_autocheckpoint = 4000');
  const select = db.prepare(`
    SELECT d.seq, c.wire FROM delivery d JOIN content c USING (seq)
    WHERE d.destination = ? AND d.due_at <= ? ORDER BY d.due_at LIMIT ${BATCH}`);
  const lease = db.prepare(`UPDATE delivery SET due_at = ?, lease = ? WHERE seq IN ${SEQS}`);
  const settle = db.prepare(`
    INSERT INTO outcome (at, seq, destination, state, attempts, expires_at)
    SELECT ?, seq, destination, 'accepted', 1, expires_at FROM delivery WHERE seq IN ${SEQS}`);
  const remove = db.prepare(`DELETE FROM delivery WHERE seq IN ${SEQS}`);
  const pool = new Pool(url, { connections: 1 });
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };

  for (;;) {
    db.exec('BEGIN IMMEDIATE');
    const now = Date.now();
    const id = randomUUID();
    const events = select.all(DESTINATION, now);
    const seqs = JSON.stringify(events.map(({ seq }) => seq));
    lease.run(now + LEASE_MS, id, seqs);
    db.exec('COMMIT');
    if (events.length === 0) break;

    const body = `{"data":[${events.map(({ wire }) => wire).join(',')}],"continueOnValidationError":false}`;
    const answer = await pool.request({ method: 'POST', path: `/v1/${TAG_ID}/events`, headers, body });
    await answer.body.json();
    if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode}`);

    db.exec('BEGIN IMMEDIATE');
    settle.run(Date.now(), seqs);
    remove.run(seqs);
    db.exec('COMMIT');
  }
  await pool.close();
  db.close();
});
