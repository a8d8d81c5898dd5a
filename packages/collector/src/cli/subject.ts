import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { findPeople, type Person } from '../pipeline/person-keys.ts';
import type { People, Store } from '../store/port.ts';
import { EXIT, fail } from './exit.ts';
import { knowsSiteOf } from './find-site.ts';
import { withStore } from './with-store.ts';

/** Of a command that names nobody. It repeats no value. */
const NOBODY =
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

/**
 * Lets a command work on what is stored of the person that its options name. Where they name nobody it ends as wrong
 * use, whatever the state of the store.
 */
export async function withSubject(
  options: Person,
  work: (store: Store, people: People) => Promise<void>,
): Promise<void> {
  const { visitor, customer, email, phone } = options;
  if ([visitor, customer, email, phone].every((name) => name === undefined)) {
    fail(NOBODY, EXIT.wrongUse);
    return;
  }
  await withStore(async (store, config) => {
    const people = await readSubject(options, config);
    if (!people) fail(NOBODY, EXIT.wrongUse);
    else if (await knowsSiteOf(store, config, people)) await work(store, people);
  });
}

async function readSubject(options: Person, { sites }: Config): Promise<People | undefined> {
  const email = await readValue(options.email);
  const phone = await readValue(options.phone);
  return findPeople({ ...options, email, phone }, sites);
}

async function readValue(given: string | undefined): Promise<string | undefined> {
  return given === FROM_INPUT ? (await text(process.stdin)).trim() : given;
}
