import type { Command } from 'commander';
import type { Person } from '../pipeline/person-keys.ts';
import { addSubjectOptions, withSubject } from './subject.ts';
import { writeOut } from './write-out.ts';

const HELP = `
  echo jane@shop.example | uet-capi export --email - > jane.jsonl

With - the value comes by standard input, where no history and no process list shows it. Several options name the
same person.`;

/** `uet-capi export`: a person's right of access, one JSON object a line. */
export function addExportCommand(program: Command): void {
  const command = program
    .command('export')
    .description('write all that is stored of a person, one JSON object a line');
  addSubjectOptions(command)
    .option('--json', 'changes nothing: the output is JSON for programs anyway')
    .addHelpText('after', HELP)
    .action((options: Person) =>
      withSubject(options, async (store, people) => {
        for await (const records of store.subject(people)) {
          const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');
          await writeOut(lines);
        }
      }),
    );
}
