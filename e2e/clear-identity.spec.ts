import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { ConfigInput } from '@uet-capi/collector';
import {
  ADMIN_TOKEN,
  eventually,
  expect,
  FAST_DELIVERY,
  SECRETS,
  SERVER_KEY,
  TAG_ID,
  test,
} from './fixtures.ts';
import { findMark, MARKS } from './identity/planted.ts';
import { createPlantedRequest, type PlantedRequest } from './identity/requests.ts';

const APP = fileURLToPath(new URL('./identity/app.ts', import.meta.url));

const SOAK = process.env.SOAK === '1';
const EVENTS = SOAK ? 100_000 : 2_000;

/** Requests under way at once. */
const SENDERS = 16;

/** Files are searched in pieces, each of which begins with the end of the one before, bytes. */
const PIECE = 4 * 1024 * 1024;
const OVERLAP = 64;

let app: ChildProcess | undefined;
test.afterEach(() => {
  app?.kill('SIGKILL');
});

test(`${EVENTS} events with identity in every field: none of it on disk, in logs, metrics or answers`, async ({
  world: { sandbox, dataDir: worldDir },
}) => {
  test.setTimeout(SOAK ? 1_800_000 : 180_000);
  const dataDir = `${worldDir}-identity`;
  const { send, output, stop } = await startApp({
    tagId: TAG_ID,
    endpoint: sandbox.url,
    origins: ['https://shop.example'],
    dataDir,
    consent: { default: 'granted' },
    phoneCountry: 'DE',
    clientAddress: { trustedProxies: ['loopback'] },
    pageLoads: 'always',
    bots: 'deliver',
    rateLimits: { perClient: false, failedKeys: false },
    delivery: FAST_DELIVERY,
  });
  const target = { tagId: TAG_ID, serverKey: SERVER_KEY, origin: 'https://shop.example' };

  let sent = 0;
  let next = 0;
  const statuses: Record<number, number> = {};
  async function sendMany(): Promise<void> {
    while (sent < EVENTS) {
      const planted = createPlantedRequest(next++, target);
      sent += planted.events;
      const { status, bytes } = await send(planted);
      statuses[status] = (statuses[status] ?? 0) + 1;
      expect(findMark(bytes), `answer to ${planted.method} ${planted.path}`).toBeUndefined();
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, sendMany));

  // While it runs, so that the write-ahead log is there and was not yet folded into the database.
  expect(readdirSync(dataDir).filter((name) => name.endsWith('-wal'))).toHaveLength(1);
  expect(marksOnDisk(dataDir)).toEqual([]);
  for (const path of ['/m/metrics', '/m/readyz', '/m/healthz', '/m/c.js']) {
    const { status, bytes } = await send({
      method: 'GET',
      path,
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
      events: 0,
    });
    expect(status, path).toBe(200);
    expect(findMark(bytes), path).toBeUndefined();
  }
  await eventually(() => sandbox.capiEvents().length, 60_000).toBeGreaterThan(100);
  expect(await stop()).toBe(0);
  expect(marksOnDisk(dataDir), 'after the stop').toEqual([]);
  expect(findMark(output()), 'standard output and error').toBeUndefined();
  expect(findMark(Buffer.from(JSON.stringify(sandbox.requests()))), 'requests to Microsoft').toBeUndefined();

  // All this says something only if the events are there, in all forms, and what they named was cut out of them.
  const stored = readWires(dataDir);
  expect(stored.length).toBeGreaterThan(EVENTS / 2);
  expect(new Set(stored.map(({ source }) => source))).toEqual(
    new Set(['pixel', 'server', 'code', 'noscript']),
  );
  for (const field of [
    'eventSourceUrl',
    'referrerUrl',
    'pageTitle',
    'searchTerm',
    'eventLabel',
    'bookingHref',
    'partnerHotelId',
    'clientUserAgent',
    'name',
    'id',
  ]) {
    const cut = stored.filter(({ wire }) => new RegExp(`"${field}":"[^"]*removed`).test(wire));
    expect(cut.length, field).toBeGreaterThan(EVENTS / 10);
  }
  expect(Object.keys(statuses).sort()).toEqual(['200', '202', '400', '401']);
});

test('the search finds what is there', () => {
  expect(MARKS.map((mark) => findMark(Buffer.from(`.${mark}.`, 'latin1')) !== undefined)).toEqual(
    MARKS.map(() => true),
  );
  expect(findMark(Buffer.from('a removed b'))).toBeUndefined();
});

async function startApp(config: ConfigInput) {
  const child = spawn(process.execPath, [APP], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      COLLECTOR_CONFIG: JSON.stringify(config),
      ...SECRETS,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  app = child;
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const output = () => Buffer.concat(chunks);
  const portOf = () => /^port (\d+)$/m.exec(output().toString())?.[1];
  await eventually(portOf).toBeDefined();

  return {
    output,
    async send({ method, path, headers, body }: PlantedRequest): Promise<{ status: number; bytes: Buffer }> {
      // A connection each: one that is kept may end, for its age, just as the next request begins.
      const outgoing = request({ host: '127.0.0.1', port: portOf(), method, path, headers, agent: false });
      outgoing.end(body);
      const [answer] = await once(outgoing, 'response');
      const content: Buffer = await buffer(answer);
      const head = Buffer.from(JSON.stringify(answer.headers));
      return { status: answer.statusCode, bytes: Buffer.concat([head, content]) };
    },
    async stop(): Promise<number | null> {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = await ended;
      return code;
    },
  };
}

/** What was found in the files of the data directory, the write-ahead log among them. */
function marksOnDisk(dataDir: string): string[] {
  return readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const mark = findInFile(join(entry.parentPath, entry.name));
      return mark === undefined ? [] : [`${entry.name}: ${mark}`];
    });
}

function findInFile(path: string): string | undefined {
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.alloc(PIECE);
    for (let at = 0; ; at += PIECE - OVERLAP) {
      const length = readSync(file, piece, 0, PIECE, at);
      const mark = findMark(piece.subarray(0, length));
      if (mark !== undefined || length < PIECE) return mark;
    }
  } finally {
    closeSync(file);
  }
}

function readWires(dataDir: string): { source: string; wire: string }[] {
  const store = new DatabaseSync(join(dataDir, 'uet-capi.sqlite'), { readOnly: true });
  try {
    const rows = store.prepare('SELECT source, wire FROM event JOIN content USING (seq)').all();
    return rows as unknown as { source: string; wire: string }[];
  } finally {
    store.close();
  }
}
