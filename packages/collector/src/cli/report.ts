import type { Command } from 'commander';
import { type Balance, balance } from '../store/balance.ts';
import { fail } from './exit.ts';
import { printJson, withStore } from './with-store.ts';

/** `uet-capi report`: what was received and what became of it, and whether that adds up. */
export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description('show what was received and in which state it is; fails where that does not add up')
    .option('--json', 'for programs')
    .action((options: { json?: true }) =>
      withStore(async (store) => {
        const accounts = balance(await store.stats());
        const received = accounts.reduce((sum, account) => sum + account.received, 0);
        const isWhole = accounts.every(({ missing }) => missing === 0);
        if (options.json) printJson({ isWhole, received, accounts });
        else process.stdout.write(accounts.map(describe).join(''));

        if (!isWhole)
          fail(`This does not add up: ${accounts.map(describeMissing).filter(Boolean).join('; ')}.`);
        else if (!options.json) process.stdout.write(`${received} received, ${received} accounted for\n`);
      }),
    );
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
