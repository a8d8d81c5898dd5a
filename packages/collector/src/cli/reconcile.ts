import type { Command } from 'commander';
import { OUTCOMES } from '../reconcile/outcome.ts';
import { type Reconciled, type ReconciledLine, reconcileFile } from '../reconcile/reconcile-file.ts';
import type { Totals } from '../reconcile/totals.ts';
import { EXIT, fail, failOnFile } from './exit.ts';
import { findSite } from './find-site.ts';
import { printJson, withStore } from './with-store.ts';
import { writeOut } from './write-out.ts';

interface Options {
  column?: string;
  site?: string;
  json?: true;
}

const HELP = `
  uet-capi reconcile orders.csv --column "Order number"

Each order is one of: ${OUTCOMES.join(', ')}.
The event under its id decides; docs/import.md tells what each means. Nothing is changed.
Exit codes: 0 every line was read, 1 some were not, 2 wrong use, or none could be read.`;

/** `uet-capi reconcile`: the shop's orders against ours. */
export function addReconcileCommand(program: Command): void {
  program
    .command('reconcile')
    .description('say what became of each order of the shop, by its id')
    .argument('<file>', 'CSV with a header: the order’s id, and if you like value and currency')
    .option(
      '--column <name>',
      'column of the order’s id, if it is not transactionId, order id, order number or id',
    )
    .option('--site <id>', 'of which site; needed where the settings have several')
    .option('--json', 'print one line of JSON for each order, the totals last')
    .addHelpText('after', HELP)
    .action((file: string, { column, site: siteId, json }: Options) =>
      withStore(async (store, config) => {
        const site = findSite(config, siteId);
        if (!site) return;
        const onLines = (lines: ReconciledLine[]) => writeOut(lines.map(json ? asJson : asText).join(''));
        let result: Reconciled;
        try {
          result = await reconcileFile(file, { site, store, column, onLines });
        } catch (error) {
          failOnFile(error);
          return;
        }
        const { totals, stopped } = result;
        if (json) printJson({ ...totals, ...(stopped && { stopped }) });
        else if (!stopped || totals.lines > 0) process.stdout.write(describe(totals));
        if (stopped)
          fail(`line ${stopped.line}: ${stopped.stopped}`, totals.lines > 0 ? EXIT.failed : EXIT.wrongUse);
        else if (totals.unreadable > 0) process.exitCode = EXIT.failed;
      }),
    );
}

function asJson(line: ReconciledLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** For a person the totals, and what is not in them. */
function asText(read: ReconciledLine): string {
  return 'unreadable' in read ? `line ${read.line}: ${read.unreadable}\n` : '';
}

function describe({ lines, unreadable, outcomes }: Totals): string {
  const rows = OUTCOMES.map((outcome) => {
    const { orders, values } = outcomes[outcome];
    const sums = Object.entries(values).map(([currency, sum]) => `${sum} ${currency}`.trimEnd());
    return `${outcome.padEnd(12)}${orders}${sums.length > 0 ? `  (${sums.join(', ')})` : ''}\n`;
  });
  const rest = unreadable > 0 ? `${'unreadable'.padEnd(12)}${unreadable}\n` : '';
  return `${rows.join('')}${rest}${'all'.padEnd(12)}${lines}\n`;
}
