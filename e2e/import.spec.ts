import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, expect, SERVER_KEY, TAG_ID, test, type World } from './fixtures.ts';

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
  const told = readFileSync(report, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(told).toMatchObject([
    { line: 2, status: 'duplicate' },
    { line: 3, status: 'rejected' },
  ]);
});

test('import: exit codes', async ({ world }) => {
  const good = `${HEADER}\n1,Sale,${hour()},,,,${CLICK}\n`;
  const code = async (...args: string[]) => (await run(world, 'import', ...args)).code;
  expect(await code(write(world, good))).toBe(0);
  expect(await code(write(world, good), '--timezone', 'Mars')).toBe(2);
  expect(await code(write(world, good), '--site', 'other')).toBe(2);
  expect(await run(world, 'import', 'nothing.csv')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: 'nothing.csv: there is no such file or folder.\n',
  });
  expect(await run(world, 'import', '.')).toMatchObject({ code: 2, stderr: 'the file: it is a folder.\n' });
  expect(await code(write(world, good), '--report', 'nowhere/report')).toBe(2);
  expect(await code()).toBe(2);
  // A summary of noughts would look like an answer.
  expect(await run(world, 'import', write(world, ''))).toMatchObject({ code: 2, stdout: '' });
  expect(await code(write(world, Buffer.from(good, 'utf16le')))).toBe(2);
  expect(await code(write(world, `${good}"2`))).toBe(1);
});

test('reconcile: each order of the shop has one outcome', async ({ world }) => {
  const purchase = (transactionId: string, more: object = {}) => ({
    eventType: 'custom',
    eventName: 'purchase',
    eventTime: Math.floor(Date.now() / 1_000),
    userData: { externalId: transactionId },
    customData: { transactionId, value: 1, currency: 'EUR' },
    ...more,
  });
  const data = [purchase('A-1'), purchase('A-2', { adStorageConsent: 'D' })];
  const response = await fetch(`${world.collectorUrl}/v1/${TAG_ID}/events`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${SERVER_KEY}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ data }),
  });
  expect(response.status).toBe(200);
  await eventually(() => world.sandbox.capiEvents().length).toBeGreaterThan(0);

  const path = write(world, 'order id,value,currency\nA-1,10,EUR\nA-2,20,EUR\n"=A-3",5.5,EUR\n,1,EUR\n');
  await eventually(async () => {
    const { code, stdout } = await run(world, 'reconcile', path, '--json');
    expect(code).toBe(1);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }).toMatchObject([
    { line: 2, outcome: 'accepted' },
    // What a refusal leaves has no order id.
    { line: 3, outcome: 'never seen' },
    { line: 4, outcome: 'never seen' },
    { line: 5, unreadable: 'has no order id' },
    {
      lines: 4,
      unreadable: 1,
      outcomes: {
        accepted: { orders: 1, values: { EUR: 10 } },
        'never seen': { orders: 2, values: { EUR: 25.5 } },
      },
    },
  ]);
  expect((await run(world, 'reconcile', path)).stdout).toMatch(
    /^line 5: has no order id\naccepted {4}1 {2}\(10 EUR\)\n/,
  );
  // A table of noughts would look like an answer.
  expect(await run(world, 'reconcile', path, '--column', 'nothing')).toMatchObject({ code: 2, stdout: '' });
  expect((await run(world, 'reconcile', 'nothing.csv')).code).toBe(2);
  expect((await run(world, 'reconcile', write(world, 'id\nA-1\n'))).code).toBe(0);
});
