import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import { checkProblems } from '../doctor/checks/settings.ts';
import { checkThisMachine, examine } from '../doctor/examine.ts';
import { type Finding, type Status, skipped } from '../doctor/finding.ts';
import { StoreUnusable } from '../store/errors.ts';
import { EXIT } from './exit.ts';
import { printJson, withStoreOf } from './with-store.ts';

const HELP = `
Looks at settings, this machine, the data directory, the way to Microsoft and each tag's token; with --url also at
what a browser sees: address, pixel, proxy, cookies. Says of each what is wrong, why it matters, and what to do. It
sends no event and changes nothing; beside a running collector or without one. Run it where the collector runs,
with the same settings and environment.
Exit codes: 0 no problem (warnings are none), 1 at least one, 2 wrong use.`;

/** `uet-capi doctor`: what is wrong with an installation, and what to do. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('look for what is wrong with the installation, and say what to do')
    .option('--url <address>', 'where browsers reach the collector: https://shop.example/m', readAddress)
    .option('--json', 'print the findings as JSON, for programs')
    .addHelpText('after', HELP)
    .action(async ({ url, json }: { url?: URL; json?: true }) => {
      const findings = await look(url);
      if (json) printJson(findings);
      else process.stdout.write(describe(findings));
      if (findings.some(({ status }) => status === 'problem')) process.exitCode = EXIT.failed;
    });
}

/** Where snippets load `c.js` from; the script itself is taken too. */
function readAddress(text: string): URL {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol)) return new URL(url.pathname.replace(/\/c\.js$/, '/'), url);
  throw new InvalidArgumentError('It must be an address such as https://shop.example/m.');
}

async function look(publicUrl: URL | undefined): Promise<Finding[]> {
  const loaded = await loadConfig(process.cwd(), process.env);
  if ('problems' in loaded) {
    const rest = skipped(
      'rest',
      'Everything else needs settings that can be used.',
      'Run the doctor again then.',
    );
    return [...checkProblems(loaded.problems), ...checkThisMachine(), rest];
  }
  const given = { env: process.env, publicUrl };
  try {
    return await withStoreOf(loaded, (store, settings) => examine({ ...given, ...settings, store }));
  } catch (error) {
    if (!(error instanceof StoreUnusable)) throw error;
    return examine({ ...given, config: loaded.config, ignored: [], store: error });
  }
}

const MARKS: Record<Status, string> = { ok: 'ok', warning: 'warning', problem: 'PROBLEM', skipped: '-' };

/** Widths of the first two columns, characters. */
const MARK_WIDTH = 9;
const ID_WIDTH = 19;

function describe(findings: readonly Finding[]): string {
  const hasSeveral = new Set(findings.map(({ site }) => site)).size > 2;
  const lines = findings.flatMap(({ id, status, site, what, why, next }) => {
    const margin = ' '.repeat(MARK_WIDTH + ID_WIDTH);
    return [
      `${MARKS[status].padEnd(MARK_WIDTH)}${id.padEnd(ID_WIDTH)}${site && hasSeveral ? `${site}: ` : ''}${what}`,
      ...(why ? [`${margin}Why it matters: ${why}`] : []),
      ...(next ? [`${margin}Next: ${next}`] : []),
    ];
  });
  const count = (wanted: Status) => findings.filter(({ status }) => status === wanted).length;
  const plural = (wanted: Status) => `${count(wanted)} ${wanted}${count(wanted) === 1 ? '' : 's'}`;
  const sum = `${plural('problem')}, ${plural('warning')}, ${count('ok')} in order`;
  return `${lines.join('\n')}\n${sum}\n`;
}
