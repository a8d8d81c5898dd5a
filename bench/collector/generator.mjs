import { connect } from 'node:net';
import { requestSource } from './requests.mjs';

/**
 * The process that sends. A plain HTTP client costs more than the servers that it is to measure, so
 * this one writes ready-made bytes and reads no more of an answer than where it ends.
 */

/** An answer that takes longer is none, ms. On a busy disk a thousand syncs take half a minute. */
const ANSWER_LIMIT_MS = 120_000;

/** A turn ends by then, however few requests were answered, ms. */
const TURN_LIMIT_MS = 30_000;

/** A turn takes `ms` at least, and as long as it takes to send `requests`. */
process.on('message', async ({ port, route, batch, connections, ms, requests: least }) => {
  const next = requestSource(route, batch);
  let sent = 0;
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  const mayAsk = () => {
    const elapsedMs = performance.now() - begin;
    return elapsedMs < ms || (sent < least && elapsedMs < TURN_LIMIT_MS);
  };
  const nextRequest = () => {
    sent += 1;
    return next();
  };
  try {
    const counts = await Promise.all(sockets.map((socket) => keepAsking(socket, nextRequest, mayAsk)));
    const elapsedMs = performance.now() - begin;
    const { user, system } = process.cpuUsage(cpuBefore);
    const requests = counts.reduce((sum, count) => sum + count);
    process.send({ requests, ms: elapsedMs, busy: (user + system) / 1_000 / elapsedMs });
  } catch (error) {
    process.send({ failed: error.message });
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

function open(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** One request after the other while it may; resolves with their number. */
function keepAsking(socket, next, mayAsk) {
  return new Promise((resolve, reject) => {
    let answered = 0;
    let unread = EMPTY;
    socket.setTimeout(ANSWER_LIMIT_MS, () => reject(new Error('an answer did not come in time')));
    socket.on('error', reject).on('close', () => reject(new Error('the server closed the connection')));
    socket.on('data', (chunk) => {
      unread = unread.length > 0 ? Buffer.concat([unread, chunk]) : chunk;
      const end = endOfAnswer(unread);
      if (end === undefined) return;
      const flaw = flawOf(unread);
      if (flaw) return reject(new Error(flaw));
      unread = EMPTY;
      answered += 1;
      if (mayAsk()) socket.write(next());
      else resolve(answered);
    });
    socket.write(next());
  });
}

const EMPTY = Buffer.alloc(0);

/** Where the one answer in the buffer ends; undefined while it is not complete. */
function endOfAnswer(buffer) {
  const headEnd = buffer.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = buffer.latin1Slice(0, headEnd);
  const end = headEnd + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1]);
  return buffer.length >= end ? end : undefined;
}

/** Only an answer that took everything is worth measuring. */
function flawOf(buffer) {
  const text = buffer.latin1Slice();
  const isGood = /^HTTP\/1\.1 20[02] /.test(text) && !/"errors"|"error"/.test(text);
  return isGood ? undefined : `the server answered:\n${text}`;
}
