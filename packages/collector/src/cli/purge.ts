import type { Command } from 'commander';
import type { Person } from '../pipeline/person-keys.ts';
import { addSubjectOptions, withSubject } from './subject.ts';
import { printJson } from './with-store.ts';

const HELP = `
  echo jane@shop.example | uet-capi purge --email -

With - the value comes by standard input, where no history and no process list shows it. Several options name the
same person. Keys of events stay, so that a late copy of one is not delivered; so does the refusal of somebody who
has refused.`;

/** `uet-capi purge`: a person's right to erasure. */
export function addPurgeCommand(program: Command): void {
  const command = program
    .command('purge')
    .description(
      'erase what is stored of a person: content of events, what waits to be delivered, remembered ids',
    );
  addSubjectOptions(command)
    .option('--json', 'print JSON, for programs')
    .addHelpText('after', HELP)
    .action((options: Person & { json?: true }) =>
      withSubject(options, async (store, people) => {
        const erased = await store.erase(people, Date.now());
        const { events, waiting, memories } = erased;
        if (options.json) printJson(erased);
        else {
          process.stdout.write(
            `erased: ${events} events, of which ${waiting} waited to be delivered; ${memories} remembered ids\n`,
          );
        }
      }),
    );
}
