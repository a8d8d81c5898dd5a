/**
 * The thread that answers people's questions, beside the one that stores: it reads what is committed, on
 * connections that cannot write.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Opening } from '../rpc.ts';
import { serve, toFailure } from '../serve.ts';
import { createReader } from './reader.ts';

if (!parentPort) throw new Error('worker.ts runs as a worker thread only');
const port: MessagePort = parentPort;
const { databaseFile } = workerData as { databaseFile: string };

port.postMessage(start());

function start(): Opening {
  try {
    serve(port, createReader(databaseFile));
    return { opened: true };
  } catch (error) {
    return { opened: false, reason: 'unusable', path: databaseFile, failure: toFailure(error) };
  }
}
