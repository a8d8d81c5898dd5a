import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import express from 'express';
import { serve } from './serve.mjs';

/** The handler that one would write first: parse, insert, answer. Each row is on disk before its answer. */

const db = new DatabaseSync(join(process.env.BENCH_DATA_DIR, 'events.sqlite'));
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
db.exec('CREATE TABLE event (id TEXT PRIMARY KEY, body TEXT NOT NULL)');
const insert = db.prepare('INSERT INTO event VALUES (?, ?)');

const app = express();
app.use(express.json({ type: ['application/json', 'text/plain'] }));
app.post(['/m/e', '/m/v1/:tagId/events'], (req, res) => {
  for (const event of req.body.data) insert.run(event.eventId, JSON.stringify(event));
  res.status(202).json({ accepted: req.body.data.length, rejected: [] });
});

serve(app, () => db.close());
