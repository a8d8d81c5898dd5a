import { execFile } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Files of many lines, in a process of their own whose memory is measured. */

const LINES = process.env.SOAK ? 1_000_000 : 20_000;

/** A process of its own may take as long, ms; a million lines take some minutes. */
const LIMIT_MS = process.env.SOAK ? 1_800_000 : 240_000;

/** All JavaScript of the process must fit into it, MB. */
const HEAP_MB = 64;

/** What the memory of the process may grow in the second half, bytes: less than half of the file. */
const MAX_GROWTH_BYTES = (process.env.SOAK ? 64 : 24) * 1024 * 1024;

/** Every so many lines one is wrong. */
const WRONG_EVERY = 997;

/** Pads each line, so that the short form is larger than what the process may take. */
const PADDING = ' '.repeat(process.env.SOAK ? 100 : 3_000);

const PROCESS = fileURLToPath(new URL('./testing/measured-import.ts', import.meta.url));

function* linesOf(start: number): Generator<string> {
  yield 'Parameters:TimeZone=+0100,,,,\n';
  yield 'Microsoft Click ID,Conversion Name,Conversion Time,Conversion Value,Conversion Currency\n';
  for (let index = 0; index < LINES; index++) {
    const click = index.toString(16).padStart(32, 'a');
    const time = new Date(start + index * 1_000).toISOString().slice(0, 19).replace('T', ' ');
    const value = index % WRONG_EVERY === 0 ? '1,5' : `${index % 100}.25`;
    yield `${click},Sale,${time},"${value}",EUR${PADDING}\n`;
  }
}

async function run(file: string, dataDir: string) {
  const args = ['--conditions=uet-capi-source', `--max-old-space-size=${HEAP_MB}`, PROCESS, file, dataDir];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    timeout: LIMIT_MS,
    maxBuffer: 1024 * 1024,
  });
  return JSON.parse(stdout);
}

test(
  'memory stays as it is, each line has its result, and the second time changes nothing',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'uet-capi-lines-'));
    try {
      const file = join(folder, 'file.csv');
      await pipeline(Readable.from(linesOf(Date.now() - 60 * 86_400_000)), createWriteStream(file));
      const wrong = Array.from(
        { length: Math.ceil(LINES / WRONG_EVERY) },
        (_, index) => index * WRONG_EVERY + 3,
      );
      const good = LINES - wrong.length;
      const dataDir = join(folder, 'data');

      const first = await run(file, dataDir);
      expect(first).toMatchObject({
        counts: { accepted: good, duplicate: 0, rejected: wrong.length },
        refused: wrong,
        events: good,
      });
      expect(first.grownBytes).toBeLessThan(MAX_GROWTH_BYTES);
      expect(await run(file, dataDir)).toMatchObject({
        counts: { accepted: 0, duplicate: good, rejected: wrong.length },
        refused: wrong,
        events: good,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  LIMIT_MS * 2,
);
