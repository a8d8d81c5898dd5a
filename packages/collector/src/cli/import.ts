import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { createDryStorage } from '../import/dry-storage.ts';
import { importFile, type LineResult } from '../import/import-file.ts';
import type { TableFlaw } from '../import/read-table.ts';
import { findTimeZone } from '../import/time-zone.ts';
import { createStorage } from '../intake/storage.ts';
import { createAppender } from '../store/appender.ts';
import type { Store } from '../store/port.ts';
import { EXIT, fail, failOnFile } from './exit.ts';
import { findSite } from './find-site.ts';
import { withStore } from './with-store.ts';
import { OutputClosed, writeOut } from './write-out.ts';

interface Options {
  site?: string;
  timezone?: string;
  report?: string;
  dryRun?: true;
  json?: true;
}

/** Between two tries to store, ms. */
const RETRY_MS = 1_000;

/** Mode of the report's file: its owner's alone. */
const PRIVATE = 0o600;

const HELP = `
  uet-capi import calls.csv --dry-run --timezone Europe/Berlin

What is taken is stored; a collector that runs on the same data directory uploads it. A line that is known already
changes nothing, so a file may be imported again. docs/import.md shows the columns.
Exit codes: 0 every line was taken or known, 1 some were not, 2 wrong use, or none could be read.`;

/** `uet-capi import`: a CSV file of offline conversions and their corrections. */
export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('take offline conversions and their corrections from a CSV file')
    .argument('<file>', 'Microsoft’s template, or columns as in POST /v1/conversions and /v1/adjustments')
    .option('--dry-run', 'only check the file: nothing is stored')
    .option('--timezone <zone>', 'time zone of times that name none: Europe/Berlin, +0100')
    .option('--site <id>', 'of which site; needed where the settings have several')
    .option('--report <file>', 'write what became of each line, one line of JSON each, into this file')
    .option('--json', 'the same to standard output, the summary last')
    .addHelpText('after', HELP)
    .action((file: string, options: Options) =>
      withStore(async (store, config) => {
        const site = findSite(config, options.site);
        if (!site) return;
        const zone = options.timezone === undefined ? undefined : findTimeZone(options.timezone);
        if (options.timezone !== undefined && !zone) {
          fail('--timezone must be an offset such as +0100 or a zone such as Europe/Berlin.', EXIT.wrongUse);
          return;
        }
        const storage = storageOf(store);
        const batches = importFile(file, {
          site,
          storage: options.dryRun ? createDryStorage(storage) : storage,
          zone,
          now: Date.now,
          wait: () => delay(RETRY_MS),
        });
        await tell(batches, options);
      }),
    );
}

function storageOf(store: Store) {
  return createStorage({
    store,
    // What became of the lines says no more than that: elsewhere the collector's log does.
    appender: createAppender(store, {
      onRefused: (error) =>
        process.stderr.write(`The database refused a line: ${(error as Error).message}\n`),
    }),
    isStopping: () => false,
    onError: (error) => process.stderr.write(`${(error as Error).message}; it is tried again\n`),
  });
}

async function tell(batches: AsyncIterable<LineResult[] | TableFlaw>, options: Options): Promise<void> {
  const counts = { lines: 0, accepted: 0, duplicate: 0, rejected: 0 };
  let stopped: TableFlaw | undefined;
  let report: FileHandle | undefined;
  /** Why the output is not written to the end. The file is imported all the same. */
  let unwritten: unknown;
  const tellReader = async (text: string) => {
    unwritten ??= await writeOut(text).catch((error: unknown) => error);
  };
  try {
    if (options.report !== undefined) report = await open(options.report, 'w', PRIVATE);
    for await (const batch of batches) {
      if (!Array.isArray(batch)) {
        stopped = batch;
        break;
      }
      for (const { status } of batch) counts[status]++;
      counts.lines += batch.length;
      await report?.appendFile(batch.map(asJson).join(''));
      if (options.json) await tellReader(batch.map(asJson).join(''));
      else if (!report) await tellReader(batch.map(asText).join(''));
    }
  } catch (error) {
    failOnFile(error);
    return;
  } finally {
    await report?.close();
  }
  const summary = summaryOf(counts, options.dryRun);
  const dryRun = options.dryRun && { dryRun: true };
  if (options.json) await tellReader(asJson({ ...counts, ...dryRun, ...(stopped && { stopped }) }));
  else if (!stopped || counts.lines > 0) await tellReader(summary);
  if (unwritten) process.stderr.write(`The output could not be written to the end: ${summary}`);
  if (stopped) {
    fail(`line ${stopped.line}: ${stopped.stopped}`, counts.lines === 0 ? EXIT.wrongUse : EXIT.failed);
    return;
  }
  // That nobody reads it any more (`| head`) is no fault; a full disk is.
  const isTold = unwritten === undefined || unwritten instanceof OutputClosed;
  process.exitCode = isTold && counts.rejected === 0 ? EXIT.ok : EXIT.failed;
}

function summaryOf(
  { lines, accepted, duplicate, rejected }: Record<'lines' | LineResult['status'], number>,
  isDry: true | undefined,
): string {
  const would = isDry ? 'would be ' : '';
  return `${lines} lines: ${accepted} ${would}accepted, ${duplicate} known already, ${rejected} ${would}refused\n`;
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** For a person only what went wrong. No cell is repeated. */
function asText({ line, errors = [] }: LineResult): string {
  return errors
    .map(({ path, message }) => `line ${line}: ${[path, message].filter(Boolean).join(' ')}\n`)
    .join('');
}
