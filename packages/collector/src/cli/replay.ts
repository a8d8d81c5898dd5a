import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ReplayFilter } from '../store/port.ts';
import { knowsSite } from './find-site.ts';
import { printJson, withStore } from './with-store.ts';

type ReplayState = ReplayFilter['states'][number];

const STATES: readonly ReplayState[] = ['dead', 'rejected', 'expired', 'accepted'];

interface ReplayOptions extends Omit<ReplayFilter, 'states'> {
  state: ReplayState[];
  dryRun?: true;
  json?: true;
}

const HELP = `
  uet-capi replay --dry-run
  uet-capi replay --state expired --since 2026-11-20

Mend the cause first. A collector that runs on the same data directory delivers what waits again. What is accepted
already counts once all the same, but for page loads, which have no id at Microsoft.`;

/** `uet-capi replay`: what could not be delivered is tried again. */
export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .description('deliver events again that have failed, with the same content and id')
    .addOption(
      new Option('--state <states>', `comma-separated, of ${STATES.join(', ')}`)
        .argParser(parseStates)
        .default(['dead', 'rejected'], 'dead,rejected'),
    )
    .option('--site <id>', 'events of this site')
    .option('--name <name>', 'events with this name')
    .option('--event-id <id>', 'the event with this id')
    .option('--code <code>', 'events that failed for this reason')
    .option('--since <time>', 'received at this time or later (ISO 8601)', parseTime)
    .option('--until <time>', 'received before this time (ISO 8601)', parseTime)
    .option('--dry-run', 'only count them')
    .option('--json', 'print JSON, for programs')
    .addHelpText('after', HELP)
    .action(({ state: states, json, dryRun: isDry, ...filter }: ReplayOptions) =>
      withStore(async (store, config) => {
        if (!(await knowsSite(store, config, filter.site))) return;
        const dryRun = isDry ?? false;
        const result = await store.replay({ states, ...filter }, { now: Date.now(), dryRun });
        if (json) {
          printJson(result);
          return;
        }
        const { replayed, tooOld, erased } = result;
        const lines = [`${replayed} events ${dryRun ? 'would be' : 'are'} delivered again`];
        if (tooOld > 0)
          lines.push(
            `${tooOld} stay as they are: too old for Microsoft, which takes 7 days (offline conversions: 90)`,
          );
        if (erased > 0) lines.push(`${erased} stay as they are: their content is no longer kept`);
        process.stdout.write(`${lines.join('\n')}\n`);
      }),
    );
}

function parseStates(value: string): ReplayState[] {
  const states = value.split(',').map((state) => state.trim());
  const isState = (state: string): state is ReplayState => (STATES as readonly string[]).includes(state);
  if (states.every(isState)) return [...new Set(states)];
  throw new InvalidArgumentError(`must be one of: ${STATES.join(', ')}`);
}

function parseTime(value: string): number {
  const time = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new InvalidArgumentError('must be a time such as 2026-11-20 (UTC) or 2026-11-20T18:00:00+01:00');
}
