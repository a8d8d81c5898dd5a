import type { FieldError } from '@uet-capi/protocol';
import type { Site } from '../config/config.ts';
import { takeAdjustments } from '../intake/adjustments.ts';
import { type ConversionFacts, takeConversions } from '../intake/conversions.ts';
import type { Refusal } from '../intake/intake.ts';
import type { LaterResult, LaterStatus } from '../intake/later-result.ts';
import type { Storage } from '../intake/storage.ts';
import { readRow } from './read-row.ts';
import { type DataLine, readTable, type TableFlaw } from './read-table.ts';
import type { TimeZone } from './time-zone.ts';

/** What became of one line of the file. */
export interface LineResult {
  /** From 1. */
  line: number;
  status: LaterStatus;
  errors?: FieldError[];
}

export interface ImportOptions {
  site: Site;
  storage: Storage;
  /** Of times that name none, where the file names none either. */
  zone: TimeZone | undefined;
  /** ms. */
  now(): number;
  /** Resolves when the store may be asked again. */
  wait(): Promise<void>;
}

/** As many as a request of the routes may have. */
const LINES_AT_A_TIME = 1_000;

/** How often the store is asked again before an import gives up. */
const MAX_TRIES = 30;

/**
 * Imports a CSV file, some lines at a time, and tells what became of them. Ends early with a flaw where
 * the rest cannot be read or stored; what was told before is stored.
 *
 * @throws the system's error where the file cannot be opened or read
 */
export async function* importFile(
  path: string,
  options: ImportOptions,
): AsyncGenerator<LineResult[] | TableFlaw> {
  let lines: DataLine[] = [];
  for await (const line of readTable(path, options.zone)) {
    if ('cells' in line || 'flaw' in line) lines.push(line);
    else {
      yield* importLines(lines, options);
      yield line;
      return;
    }
    if (lines.length < LINES_AT_A_TIME) continue;
    for await (const result of importLines(lines, options)) {
      yield result;
      if (!Array.isArray(result)) return;
    }
    lines = [];
  }
  yield* importLines(lines, options);
}

async function* importLines(
  lines: readonly DataLine[],
  options: ImportOptions,
): AsyncGenerator<LineResult[] | TableFlaw> {
  if (lines.length === 0) return;
  const { site, storage } = options;
  const facts: ConversionFacts = { site, source: 'server', now: options.now() };
  const results: LineResult[] = [];
  const conversions: Asked[] = [];
  const adjustments: Asked[] = [];
  for (const read of lines) {
    const { line } = read;
    const row = 'flaw' in read ? read.flaw : readRow(read.cells, { site, zone: read.zone });
    if (row.kind === 'rejected') results.push({ line, status: 'rejected', errors: row.errors });
    else (row.kind === 'conversion' ? conversions : adjustments).push({ line, input: row.input });
  }

  // Corrections after the conversions that they may be about.
  for (const [asked, take] of [
    [conversions, takeConversions],
    [adjustments, takeAdjustments],
  ] as const) {
    if (asked.length === 0) continue;
    const inputs = asked.map(({ input }) => input);
    const taken = await insist(() => take(inputs, facts, storage, { onEvent() {} }), options);
    if ('refused' in taken) {
      yield { line: lines[0]!.line, stopped: 'nothing more can be stored now: is the disk full?' };
      return;
    }
    for (const [index, { status, errors }] of taken.entries()) {
      results.push({ line: asked[index]!.line, status, ...(errors && { errors }) });
    }
  }
  yield results.sort((a, b) => a.line - b.line);
}

interface Asked {
  line: number;
  input: Record<string, unknown>;
}

async function insist(
  take: () => Promise<LaterResult[] | Refusal>,
  { wait }: ImportOptions,
): Promise<LaterResult[] | Refusal> {
  for (let tries = 1; ; tries++) {
    const taken = await take();
    if (!('refused' in taken) || tries === MAX_TRIES) return taken;
    await wait();
  }
}
