import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { findPeople, type Person } from '../pipeline/person-keys.ts';
import type { People } from '../store/port.ts';

/** Where `readSubject` finds nobody. It repeats no value. */
export const NOBODY =
  'Name the person with --visitor, --customer, --email or --phone; a phone number with + and country code, ' +
  'or its country in the setting phoneCountry.';

/** Stands for a value that comes by standard input, where no history and no process list shows it. */
const FROM_INPUT = '-';

export function addSubjectOptions(command: Command): Command {
  return command
    .option('--visitor <id>', 'visitor id (anonymousId)')
    .option('--customer <id>', 'customer id (externalId)')
    .option('--email <address>', 'e-mail address or its SHA-256; - reads it from standard input')
    .option('--phone <number>', 'phone number or its SHA-256; - reads it from standard input')
    .option('--site <id>', 'at this site only');
}

/** The person; see `findPeople`. */
export async function readSubject(options: Person, { sites }: Config): Promise<People | undefined> {
  const email = await readValue(options.email);
  const phone = await readValue(options.phone);
  return findPeople({ ...options, email, phone }, sites);
}

async function readValue(given: string | undefined): Promise<string | undefined> {
  return given === FROM_INPUT ? (await text(process.stdin)).trim() : given;
}
