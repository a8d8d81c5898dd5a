import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveConfig } from '../config/resolve.ts';
import { createStorage } from '../intake/storage.ts';
import { createAppender } from '../store/appender.ts';
import type { EventView, Store } from '../store/port.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { createDryStorage } from './dry-storage.ts';
import { importFile, type LineResult } from './import-file.ts';
import type { TableFlaw } from './read-table.ts';
import { findTimeZone } from './time-zone.ts';

/** Imports into a real store. */

const NOW = Date.parse('2026-11-20T12:00:00Z');
const CLICK = '0123456789abcdef0123456789abcdef';
const ALL = 1_000;

let folder: string;
let store: Store;
const failures: unknown[] = [];

beforeEach(async () => {
  failures.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'uet-capi-import-'));
  store = await openSqliteStore({ dataDir: join(folder, 'data') });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
  expect(failures).toEqual([]);
});

interface Given {
  timezone?: string;
  dryRun?: boolean;
  now?: number;
}

async function importText(content: string | Buffer, { timezone, dryRun, now = NOW }: Given = {}) {
  const path = join(folder, 'file.csv');
  writeFileSync(path, content);
  const resolved = resolveConfig({ tagId: '1', phoneCountry: 'DE' }, { UET_CAPI_TOKEN: 'token' });
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  const storage = createStorage({
    store,
    appender: createAppender(store),
    isStopping: () => false,
    onError: (error) => failures.push(error),
  });
  const lines: LineResult[] = [];
  let stopped: TableFlaw | undefined;
  const zone = timezone === undefined ? undefined : findTimeZone(timezone);
  for await (const batch of importFile(path, {
    site: resolved.config.sites[0]!,
    storage: dryRun ? createDryStorage(storage) : storage,
    zone,
    now: () => now,
    wait: async () => {},
  })) {
    if (Array.isArray(batch)) lines.push(...batch);
    else stopped = batch;
  }
  return { lines, stopped };
}

/** Oldest first. */
async function stored(): Promise<EventView[]> {
  return (await store.find({ limit: ALL })).reverse();
}
const items = async () => (await stored()).map(({ wire }) => JSON.parse(wire!));
const codes = ({ lines }: { lines: LineResult[] }) =>
  lines.map(({ line, status, errors }) => [line, errors?.[0]?.code ?? status]);

const HEADER = 'id,goal,time,value,currency,msclkid,email,phone';
const line = (id: string, more: Record<string, string> = {}) => {
  const cells = { id, goal: 'Sale', time: '2026-11-19T10:00:00Z', msclkid: CLICK, ...more } as Record<
    string,
    string
  >;
  return HEADER.split(',')
    .map((name) => cells[name] ?? '')
    .join(',');
};
const file = (...lines: string[]) => `${[HEADER, ...lines].join('\n')}\n`;

describe('Microsoft’s template', () => {
  const TEMPLATE = [
    '# advice,,,,',
    'Parameters:TimeZone=EasternTimeUSCanada,,,,',
    'Microsoft Click ID,Conversion Name,Conversion Time,Conversion Value,Conversion Currency,Hashed Email Address,Hashed Phone Number',
    `${CLICK},Sale,11/19/2026 1:00:00 PM,12.5,eur,,`,
    `,Sale,2026-11-19 13:00:00+0100,,,${'ab'.repeat(32)},${'cd'.repeat(32)}`,
  ].join('\r\n');

  test('is read as it is, and the second time changes nothing', async () => {
    expect(codes(await importText(TEMPLATE))).toEqual([
      [4, 'accepted'],
      [5, 'accepted'],
    ]);
    expect(await items()).toEqual([
      {
        ConversionName: 'Sale',
        ConversionTime: '2026-11-19T18:00:00Z',
        ConversionValue: 12.5,
        ConversionCurrencyCode: 'EUR',
        MicrosoftClickId: CLICK,
      },
      {
        ConversionName: 'Sale',
        ConversionTime: '2026-11-19T12:00:00Z',
        HashedEmailAddress: 'ab'.repeat(32),
        HashedPhoneNumber: 'cd'.repeat(32),
      },
    ]);
    const before = await stored();
    expect(codes(await importText(TEMPLATE, { now: NOW + 1_000 }))).toEqual([
      [4, 'duplicate'],
      [5, 'duplicate'],
    ]);
    expect(await stored()).toEqual(before);
  });

  test('corrections find their conversions by what these had, and the second time changes nothing', async () => {
    const corrections = [
      'Parameters:TimeZone=-0500',
      'Microsoft Click ID,Conversion Name,Conversion Time,Adjustment Value,Adjustment Currency,Adjustment Type,Adjustment Time',
      `${CLICK},Sale,11/19/2026 1:00:00 PM,5,,Restate,2026-11-20 01:00:00`,
      `${CLICK.toUpperCase()},Sale,2026-11-19T18:00:00Z,,,Retract,2026-11-20 02:00:00`,
      `${CLICK},Other,2026-11-19T18:00:00Z,,,Retract,2026-11-20 02:00:00`,
    ].join('\n');
    await importText(TEMPLATE);
    expect(codes(await importText(corrections))).toEqual([
      [3, 'accepted'],
      [4, 'accepted'],
      [5, 'OriginalNotFound'],
    ]);
    expect((await items()).slice(2)).toMatchObject([
      { item: { AdjustmentType: 'Restate', AdjustmentValue: 5, AdjustmentCurrencyCode: 'EUR' } },
      { item: { AdjustmentType: 'Retract', AdjustmentTime: '2026-11-20T07:00:00Z' } },
    ]);
    const before = await stored();
    expect(codes(await importText(corrections))).toEqual([
      [3, 'duplicate'],
      [4, 'duplicate'],
      [5, 'OriginalNotFound'],
    ]);
    expect(await stored()).toEqual(before);
  });
});

describe('plain columns', () => {
  test('a correction by your own id, in the file of its conversion', async () => {
    const text =
      'id,goal,time,value,currency,msclkid,type\n' +
      `1,Sale,2026-11-19T10:00:00Z,9,EUR,${CLICK},\n1,,2026-11-20T10:00:00Z,4,,,restate\n`;
    expect(codes(await importText(text))).toEqual([
      [2, 'accepted'],
      [3, 'accepted'],
    ]);
  });

  test('clear e-mail and phone are hashed, the same in every form', async () => {
    const lines = [line('', { msclkid: '', email: ' Jo.Hn+x@Contoso.com ', phone: '0151 12345678' })];
    await importText(file(...lines));
    const [item] = await items();
    expect(item.HashedEmailAddress).toMatch(/^[0-9a-f]{64}$/);
    expect(item.HashedPhoneNumber).toMatch(/^[0-9a-f]{64}$/);
    const again = line('', { msclkid: '', email: item.HashedEmailAddress, phone: '+4915112345678' });
    expect(codes(await importText(file(again)))).toEqual([[2, 'duplicate']]);
  });

  test('a formula is its characters', async () => {
    const ids = ['=1+1', '@SUM(A1)', '+cmd', '-2'];
    expect(codes(await importText(file(...ids.map((id) => line(id)))))).toEqual(
      ids.map((_, index) => [index + 2, 'accepted']),
    );
    expect((await stored()).map(({ eventId }) => eventId)).toEqual(ids);
  });

  test('a dry run stores nothing and says what a run would', async () => {
    await importText(file(line('known')));
    const text = file(line('known'), line('new'), line('wrong', { value: '-1' }));
    const dry = await importText(text, { dryRun: true });
    expect(await stored()).toHaveLength(1);
    expect(dry).toEqual(await importText(text));
    expect(codes(dry)).toEqual([
      [2, 'duplicate'],
      [3, 'accepted'],
      [4, 'InvalidValue'],
    ]);
  });
});

describe('hostile lines are refused by themselves', () => {
  test.each([
    ['ragged', 'x,Sale', 'WrongCellCount'],
    ['too many cells', `${line('x')},,,more`, 'WrongCellCount'],
    ['a stray quote', line('x', { value: '1"2' }), 'InvalidValue'],
    ['a decimal comma', line('x', { value: '"1,5"' }), 'InvalidValue'],
    ['a formula for a value', line('x', { value: '=1+1' }), 'InvalidValue'],
    ['infinite', line('x', { value: '1e999' }), 'InvalidValue'],
    ['no zone', line('x', { time: '2026-11-19 10:00:00' }), 'InvalidTime'],
    ['an unknown zone', line('x', { time: '2026-11-19 10:00:00 Mars' }), 'InvalidTime'],
    ['no date', line('x', { time: '2026-02-30T10:00:00Z' }), 'InvalidTime'],
    ['clocks go forward', line('x', { time: '2026-03-29 02:30:00 Europe/Berlin' }), 'InvalidTime'],
    ['in the future', line('x', { time: '2027-01-01T00:00:00Z' }), 'TimeInFuture'],
    ['too old', line('x', { time: '2026-01-01T00:00:00Z' }), 'TimeTooOld'],
    ['nobody', line('x', { msclkid: '' }), 'NoIdentifier'],
    ['a NUL byte', line('x\0y'), 'UnreadableLine'],
    ['a huge cell', line('x'.repeat(10_000)), 'InvalidValue'],
    ['an id with an address', line('john@contoso.com'), 'InvalidValue'],
  ])('%s', async (_, bad, code) => {
    const { lines } = await importText(file(line('a'), bad, line('b')));
    expect(lines.map(({ line, errors }) => [line, errors?.[0]?.code])).toEqual([
      [2, undefined],
      [3, code],
      [4, undefined],
    ]);
    expect(JSON.stringify(lines)).not.toContain('john');
    expect((await stored()).map(({ eventId }) => eventId)).toEqual(['a', 'b']);
  });

  test('what is no UTF-8', async () => {
    const text = Buffer.from(file(line('a'), line('M\xfcller'), line('b')), 'latin1');
    expect(codes(await importText(text))).toEqual([
      [2, 'accepted'],
      [3, 'UnreadableLine'],
      [4, 'accepted'],
    ]);
  });

  test('line numbers are those of an editor', async () => {
    const two = line('x', { value: '"1\n2"' });
    expect(codes(await importText(`\ufeff\n${file(line('a'), '', two, line('b'))}`))).toEqual([
      [3, 'accepted'],
      [5, 'InvalidValue'],
      [7, 'accepted'],
    ]);
  });

  test.each(['\r\n', '\r'])('lines that end in %j', async (end) => {
    const text = file(line('a'), line('b')).replaceAll('\n', end);
    expect(codes(await importText(text))).toEqual([
      [2, 'accepted'],
      [3, 'accepted'],
    ]);
  });

  test('a quote that is never closed ends it there; what came before is stored', async () => {
    const before = Array.from({ length: 300 }, (_, index) => line(`${index}`));
    const after = `${line('y')}\n`.repeat(2_000);
    // In the second file a quote closes it, far beyond what a line may have.
    for (const end of ['', `${after}"`]) {
      const { lines, stopped } = await importText(file(...before, `"${line('x')}`, end));
      expect(lines).toHaveLength(300);
      expect(stopped).toEqual({ line: 302, stopped: expect.stringContaining('never closed') });
    }
    expect(await stored()).toHaveLength(300);
  });
});

describe('hostile files are refused as a whole', () => {
  test.each([
    ['empty', '', 'empty'],
    ['blank', '\n\n', 'empty'],
    ['no header', `${line('a')}\n`, 'not known'],
    ['an unknown column', 'id,goal,time,emial\n', 'column 4 is not known'],
    ['no time', 'id,goal\n', 'Conversion Time'],
    ['no goal', 'id,time\n', 'Conversion Name'],
    ['twice the same', 'id,goal,time,Conversion Time\n', 'two columns'],
    ['semicolons', 'id;goal;time\n', 'commas'],
    ['an unknown time zone', `Parameters:TimeZone=Mars\n${file(line('a'))}`, 'time zone'],
    ['UTF-16', Buffer.from(`\ufeff${file(line('a'))}`, 'utf16le'), 'UTF-16'],
    ['UTF-16 without a mark', Buffer.from(file(line('a')), 'utf16le'), 'UTF-16'],
    ['Latin-1 in the header', Buffer.from('id,gr\xf6\xdfe\n', 'latin1'), 'UTF-8'],
  ])('%s', async (_, content, words) => {
    const { lines, stopped } = await importText(content);
    expect(lines).toEqual([]);
    expect(stopped!.stopped).toContain(words);
    expect(stopped!.stopped).not.toContain(CLICK);
    expect(await stored()).toEqual([]);
  });
});

test('the time zone: of the time, else of the file, else of the command', async () => {
  const time = '2026-11-19 10:00:00';
  const times = async () => (await items()).map(({ ConversionTime }) => ConversionTime);
  await importText(file(line('a', { time })), { timezone: 'Europe/Berlin' });
  await importText(
    `Parameters:TimeZone=+0200\n${file(line('b', { time }), line('c', { time: `${time}-0100` }))}`,
    {
      timezone: 'Europe/Berlin',
    },
  );
  await importText(`Parameters:TimeZone=\n${file(line('d', { time }))}`, { timezone: '+03:00' });
  expect(await times()).toEqual(
    [9, 8, 11, 7].map((hour) => `2026-11-19T${`${hour}`.padStart(2, '0')}:00:00Z`),
  );
});
