import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type World } from './fixtures.ts';

/** Files of conversions and orders, by command, beside a collector that runs. */

test.use({ setting: { collector: 'process' } });

const CLICK = '0123456789abcdef0123456789abcdef';
const HEADER = 'id,goal,time,value,currency,email,msclkid';

function write({ dataDir }: World, text: string | Buffer): string {
  const path = join(dataDir, '..', 'file.csv');
  writeFileSync(path, text);
  return path;
}
const run = ({ collectorProcess }: World, ...args: string[]) => collectorProcess!.run(args);
const hour = () => new Date(Date.now() - 3_600_000).toISOString();

test('import: checked, taken, and the second time known', async ({ world }) => {
  const path = write(
    world,
    `${HEADER}\nok,Sale,${hour()},1,EUR,,${CLICK}\nbad,Sale,yesterday,1,EUR,jane@shop.example,\n`,
  );
  const dry = await run(world, 'import', path, '--dry-run');
  expect(dry.code).toBe(1);
  expect(dry.stdout).toMatch(
    /^line 3: time must be a time .+\n2 lines: 1 would be accepted, 0 known already, 1 would be refused\n$/,
  );
  const first = await run(world, 'import', path, '--json');
  const lines = first.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(first.code).toBe(1);
  expect(lines).toMatchObject([
    { line: 2, status: 'accepted' },
    { line: 3, status: 'rejected', errors: [{ path: 'time', code: 'InvalidTime' }] },
    { lines: 2, accepted: 1, duplicate: 0, rejected: 1 },
  ]);
  expect(first.stdout).not.toContain('jane');
  const report = join(world.dataDir, '..', 'report.jsonl');
  const second = await run(world, 'import', path, '--report', report);
  expect(second.stdout).toBe('2 lines: 0 accepted, 1 known already, 1 refused\n');
});

test('import: exit codes', async ({ world }) => {
  const good = `${HEADER}\n1,Sale,${hour()},,,,${CLICK}\n`;
  const code = async (...args: string[]) => (await run(world, 'import', ...args)).code;
  expect(await code(write(world, good))).toBe(0);
  expect(await code(write(world, good), '--timezone', 'Mars')).toBe(2);
  expect(await code(write(world, good), '--site', 'other')).toBe(2);
  expect(await code('nothing.csv')).toBe(2);
  expect(await code('.')).toBe(2);
  expect(await code()).toBe(2);
  expect(await code(write(world, ''))).toBe(2);
  expect(await code(write(world, Buffer.from(good, 'utf16le')))).toBe(2);
  expect(await code(write(world, `${good}"2`))).toBe(1);
});
