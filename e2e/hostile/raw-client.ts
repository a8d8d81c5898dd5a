import { connect, type Socket } from 'node:net';

/** What came back for one request. */
export interface RawAnswer {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Buffer;
}

/** How a request goes over the wire. */
export interface Sending {
  /** Sent one after the other, each once the one before has left. */
  pieces: readonly Buffer[];
  /**
   * `answer`: waits for it, and the connection is used again. `end`: says that nothing more comes and
   * reads until the server closes. `reset`: is gone before it could read anything.
   */
  ending: 'answer' | 'end' | 'reset';
  /** Whether the answer has no body (HEAD). */
  isHead?: boolean;
}

/** No answer may take longer, ms. */
const PATIENCE_MS = 30_000;

/** Speaks to one port in bytes of its own choice, as no HTTP client would. */
export function createRawClient(port: number) {
  const idle: Socket[] = [];

  async function send(sending: Sending): Promise<RawAnswer[]> {
    const used = sending.ending === 'answer' ? idle.pop() : undefined;
    const answers = used && isOpen(used) ? await sendOn(used, sending) : [];
    // The server may close what is idle just when it is used again.
    return answers.length > 0 ? answers : sendOn(await open(port), sending);
  }

  async function sendOn(socket: Socket, { pieces, ending, isHead = false }: Sending): Promise<RawAnswer[]> {
    const answers = readAnswers(socket, ending, isHead);
    for (const piece of pieces) {
      if (!socket.writable) break;
      await new Promise((resolve) => socket.write(piece, resolve));
    }
    if (ending === 'end') socket.end();
    if (ending === 'reset') socket.resetAndDestroy();
    const read = await answers;
    if (ending === 'answer' && isOpen(socket)) idle.push(socket);
    else socket.destroy();
    return read;
  }

  return {
    send,
    close() {
      for (const socket of idle) socket.destroy();
    },
  };
}

function isOpen(socket: Socket): boolean {
  return !socket.destroyed && socket.readable && socket.writable;
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
      socket.off('error', reject);
      // A reset by the server ends a connection like any other close.
      socket.on('error', () => {});
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/** Rejects when the server neither answers nor closes. */
function readAnswers(socket: Socket, ending: Sending['ending'], isHead: boolean): Promise<RawAnswer[]> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    const answers: RawAnswer[] = [];
    const timer = setTimeout(() => {
      finish();
      socket.destroy();
      reject(new Error(`no answer after ${PATIENCE_MS} ms; so far: ${bytes.toString('latin1', 0, 500)}`));
    }, PATIENCE_MS);
    const finish = () => {
      clearTimeout(timer);
      socket.off('data', onData).off('close', onClose).off('end', onClose);
    };
    const take = (isClosed: boolean) => {
      for (let found = parse(bytes, isHead, isClosed); found; found = parse(bytes, isHead, isClosed)) {
        bytes = bytes.subarray(found.length);
        // 100 and 103 announce the answer.
        if (found.answer.status >= 200) answers.push(found.answer);
      }
    };
    const onData = (chunk: Buffer) => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      take(false);
      const last = answers.at(-1);
      if (ending !== 'answer' || !last) return;
      finish();
      if (last.headers.connection === 'close') socket.destroy();
      resolve(answers);
    };
    const onClose = () => {
      take(true);
      finish();
      resolve(answers);
    };
    socket.on('data', onData).on('close', onClose).on('end', onClose);
  });
}

/** The first answer in the bytes, if all of it is there. */
function parse(
  bytes: Buffer,
  isHead: boolean,
  isClosed: boolean,
): { answer: RawAnswer; length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]);
  if (!status) throw new Error(`no HTTP: ${statusLine}`);
  const headers = Object.fromEntries(
    lines.map((line) => [line.replace(/:.*/s, '').toLowerCase(), line.replace(/^[^:]*:\s*/, '')]),
  );
  const start = end + 4;
  const isEmpty = isHead || status < 200 || status === 204 || status === 304;
  const size = isEmpty ? 0 : bodySize(bytes.subarray(start), headers, isClosed);
  if (size === undefined || bytes.length < start + size) return undefined;
  return { answer: { status, headers, body: bytes.subarray(start, start + size) }, length: start + size };
}

/** Bytes of the body as it is on the wire, undefined while that cannot be told. */
function bodySize(rest: Buffer, headers: Record<string, string>, isClosed: boolean): number | undefined {
  if (headers['content-length'] !== undefined) return Number(headers['content-length']);
  if (headers['transfer-encoding'] === 'chunked') {
    const last = rest.indexOf('0\r\n\r\n');
    return last < 0 ? undefined : last + 5;
  }
  return isClosed ? rest.length : undefined;
}
