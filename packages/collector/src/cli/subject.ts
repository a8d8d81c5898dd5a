import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { hashEmail, hashPhone } from '../pipeline/identify.ts';
import type { People, PersonKey } from '../store/port.ts';

/** Who is meant, as given on the command line. */
export interface SubjectOptions {
  visitor?: string;
  customer?: string;
  email?: string;
  phone?: string;
  site?: string;
}

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
    .option('--site <id>', 'of this site only');
}

/**
 * The keys of a person. Clear e-mail and phone are normalised and hashed here, as they were when
 * events came in, and go no further.
 *
 * @returns undefined where nobody is named, or a value cannot be normalised
 */
export async function readSubject(options: SubjectOptions, { sites }: Config): Promise<People | undefined> {
  const { visitor, customer, site } = options;
  const meant = site === undefined ? sites : sites.filter(({ id }) => id === site);
  const email = await readValue(options.email);
  const phone = await readValue(options.phone);
  // A national number is another one in each country that a site may be set to.
  const countries = new Set(meant.map(({ phoneCountry }) => phoneCountry));
  const phones = phone === undefined ? [] : [...countries].map((country) => hashPhone(phone, country));
  const ids: Record<string, (string | undefined)[]> = {
    visitor: [visitor],
    customer: [customer],
    em: [email === undefined ? undefined : hashEmail(email)],
    ph: phones,
  };
  const keys = Object.entries(ids).flatMap(([kind, values]) =>
    values.flatMap((value) => (value ? [`${kind}:${value}` as PersonKey] : [])),
  );
  const has = (kind: string) => keys.some((key) => key.startsWith(`${kind}:`));
  const isUnreadable = (email !== undefined && !has('em')) || (phone !== undefined && !has('ph'));
  if (keys.length === 0 || isUnreadable) return undefined;
  return { keys: [...new Set(keys)], ...(site !== undefined && { site }) };
}

async function readValue(given: string | undefined): Promise<string | undefined> {
  return given === FROM_INPUT ? (await text(process.stdin)).trim() : given;
}
