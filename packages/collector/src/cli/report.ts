import { type Command, InvalidArgumentError } from 'commander';
import { describeDays, describeQuality } from '../insight/describe-report.ts';
import { MAX_REPORT_DAYS, readReport } from '../insight/read-report.ts';
import { rollUp } from '../insight/roll-up.ts';
import { type Balance, balance } from '../store/balance.ts';
import type { Store } from '../store/port.ts';
import { StoreUnavailable } from '../store/unavailable.ts';
import { fail } from './exit.ts';
import { knowsSite } from './find-site.ts';
import { createProgress } from './progress.ts';
import { printJson, withStore } from './with-store.ts';

/** A week, in which every day of the week occurs once. */
const DEFAULT_DAYS = 7;

interface ReportOptions {
  days: number;
  site?: string;
  json?: true;
}

const HELP = `
Works in mode shadow as in mode live; docs/monitoring.md tells what each figure means.
Exit codes: 0 everything is accounted for, 1 it does not add up, 2 wrong use or wrong settings.`;

/** `uet-capi report`: what days looked like, what was received and what became of it, and whether that adds up. */
export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description('show what the last days looked like, and what became of all that was received')
    .option('--days <count>', 'days to show, today included (UTC)', parseDays, DEFAULT_DAYS)
    .option('--site <id>', 'the days of this site only')
    .option('--json', 'print JSON, for programs')
    .addHelpText('after', HELP)
    .action(({ days, site, json }: ReportOptions) =>
      withStore(async (store, config) => {
        if (!(await knowsSite(store, config, site))) return;
        const now = Date.now();
        const isFresh = await bringUpToDate(store, now);
        const request = { days, now, ...(site !== undefined && { sites: [site] }) };
        const report = await readReport(store, config.sites, request);
        const accounts = balance(await store.stats());
        const received = accounts.reduce((sum, account) => sum + account.received, 0);
        const isWhole = accounts.every(({ missing }) => missing === 0);
        if (json) printJson({ isWhole, received, accounts, isFresh, ...report });
        else {
          if (!isFresh) process.stdout.write('The days are not up to date: run it again.\n');
          process.stdout.write(describeDays(report.days));
          process.stdout.write(describeQuality(report.quality));
          process.stdout.write(accounts.map(describe).join(''));
        }

        if (!isWhole)
          fail(`This does not add up: ${accounts.map(describeMissing).filter(Boolean).join('; ')}.`);
        else if (!json) process.stdout.write(`${received} received, ${received} accounted for\n`);
      }),
    );
}

/** What stands in the store is shown also where nothing can be written now. */
async function bringUpToDate(store: Store, now: number): Promise<boolean> {
  try {
    return await rollUp(store, now, {
      onStep: createProgress((events) => `Adding up what came since the last time: ${events} events so far`),
    });
  } catch (error) {
    if (error instanceof StoreUnavailable) return false;
    throw error;
  }
}

function parseDays(value: string): number {
  const days = Number(value);
  if (Number.isInteger(days) && days >= 1 && days <= MAX_REPORT_DAYS) return days;
  throw new InvalidArgumentError(`must be a number of days, 1 to ${MAX_REPORT_DAYS}`);
}

function describe(account: Balance): string {
  const { site, destination, received, states, oldestAt } = account;
  const lines = [
    `${site} → ${destination || 'not to be delivered'}`,
    ...Object.entries({ received, ...states }).map(([name, count]) => `  ${name.padEnd(10)}${count}`),
    ...(oldestAt === undefined ? [] : [`  the oldest waits since ${new Date(oldestAt).toISOString()}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function describeMissing({ site, destination, missing }: Balance): string {
  if (missing === 0) return '';
  const where = `${site} → ${destination || 'not to be delivered'}`;
  return missing > 0 ? `${missing} missing of ${where}` : `${-missing} too many of ${where}`;
}
