import type { Site } from '../config/config.ts';
import type { People, PersonKey } from '../store/port.ts';
import { hashEmail, hashPhone } from './identify.ts';

/** Who is meant, as somebody writes it: e-mail and phone in clear, or their SHA-256. */
export interface Person {
  visitor?: string | undefined;
  customer?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
  /** Id; default: every site. */
  site?: string | undefined;
}

/**
 * The keys of a person. Clear e-mail and phone are normalised and hashed here, as they were when
 * events came in, and go no further.
 *
 * @returns undefined where nobody is named, or a value cannot be normalised
 */
export function findPeople(
  { visitor, customer, email, phone, site }: Person,
  sites: readonly Pick<Site, 'id' | 'phoneCountry'>[],
): People | undefined {
  const meant = site === undefined ? sites : sites.filter(({ id }) => id === site);
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
