import type { Command } from 'commander';
import type { Person } from '../pipeline/person-keys.ts';
import { EXIT, fail } from './exit.ts';
import { addSubjectOptions, NOBODY, readSubject } from './subject.ts';
import { printJson, withStore } from './with-store.ts';

/** `uet-capi purge`: a person's right to erasure. */
export function addPurgeCommand(program: Command): void {
  const command = program
    .command('purge')
    .description('erase what is stored of a person: content of events, what waits to be delivered, memory');
  addSubjectOptions(command)
    .option('--json', 'for programs')
    .action((options: Person & { json?: true }) =>
      withStore(async (store, config) => {
        const people = await readSubject(options, config);
        if (!people) {
          fail(NOBODY, EXIT.wrongUse);
          return;
        }
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
