/**
 * The thread that owns the database, so that the thread that answers HTTP never waits for a disk or
 * a lock. It imports nothing from other packages: it also runs from source, without their builds.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { openDatabase, SchemaTooNew } from './database.ts';
import { createEngine } from './engine.ts';
import { type OwnerLock, runningSqliteVersion, takeOwnerLock } from './owner-lock.ts';
import { packEngine } from './packing.ts';
import type { Opening, WorkerStart } from './rpc.ts';
import { serve, toFailure } from './serve.ts';

if (!parentPort) throw new Error('worker.ts runs as a worker thread only');
const port: MessagePort = parentPort;

const opening = start(workerData as WorkerStart);
port.postMessage(opening satisfies Opening);

function start({ databaseFile, lockFile, sqliteVersion }: WorkerStart): Opening {
  const version = sqliteVersion ?? runningSqliteVersion();
  let lock: OwnerLock | undefined;
  try {
    lock = takeOwnerLock(lockFile, version);
  } catch (error) {
    return { opened: false, reason: 'unusable', path: lockFile, failure: toFailure(error) };
  }
  if (!lock) return { opened: false, reason: 'busy-elsewhere', sqliteVersion: version };

  try {
    const database = openDatabase(databaseFile, { isAlone: lock.wasFree });
    serve(port, packEngine(createEngine(database)), lock.release);
    return { opened: true };
  } catch (error) {
    lock.release();
    const failure = toFailure(error);
    if (error instanceof SchemaTooNew) return { opened: false, reason: 'too-new', failure };
    return { opened: false, reason: 'unusable', path: databaseFile, failure };
  }
}
