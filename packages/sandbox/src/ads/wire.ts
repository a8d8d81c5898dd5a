import { isRecord } from '@uet-capi/protocol';
import type { Knobs } from '../world/knobs.ts';

/** How a property travels. `id`: a 64-bit number, as a string; Microsoft's readers take numbers too. */
export type Kind =
  | 'string'
  | 'id'
  | 'int'
  | 'double'
  | 'boolean'
  | 'dateTime'
  | { flags: readonly string[] }
  | { list: Kind }
  | { object: Shape };

export type Shape = Readonly<Record<string, Kind>>;

/** What a value of a kind is once read; absent and null are the same. */
export type Read<K> = K extends 'string' | 'id'
  ? string | null
  : K extends 'int' | 'double'
    ? number | null
    : K extends 'boolean'
      ? boolean | null
      : K extends 'dateTime'
        ? DateTime | null
        : K extends { flags: readonly string[] }
          ? string[] | null
          : K extends { list: infer Item }
            ? Read<Item>[] | null
            : K extends { object: infer Properties }
              ? { [Name in keyof Properties]: Read<Properties[Name]> } | null
              : never;

export interface DateTime {
  /** As it was sent. */
  text: string;
  /** Ms since 1970. */
  at: number;
}

/** Rule A7: one such value, and the whole request is refused. */
export class Unreadable extends Error {}

export interface ReadSettings {
  knobs: Knobs;
  /** Called with the path of each property that nothing declares. */
  unknown(path: string): void;
}

/** Reads the body of a call. Throws `Unreadable`. */
export function readBody<S extends Shape>(
  body: string,
  shape: S,
  settings: ReadSettings,
): NonNullable<Read<{ object: S }>> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Unreadable('the body is not JSON');
  }
  const read = readValue(value, { object: shape }, '', settings);
  if (read === null) throw new Unreadable('there is no body');
  return read as NonNullable<Read<{ object: S }>>;
}

function readValue(value: unknown, kind: Kind, path: string, settings: ReadSettings): unknown {
  if (value === null || value === undefined) return null;
  if (kind === 'dateTime') return readDateTime(value, path, settings.knobs);
  if (kind === 'id') return readId(value, path);
  if (kind === 'int' && !(Number.isInteger(value) && Math.abs(value as number) < 2 ** 31))
    wrong(path, 'an int');
  if (kind === 'string' || kind === 'boolean') {
    if (typeof value !== kind) wrong(path, `a ${kind}`);
    return value;
  }
  if (kind === 'int' || kind === 'double') {
    if (typeof value !== 'number') wrong(path, 'a number');
    return value;
  }
  if ('flags' in kind) return readFlags(value, kind.flags, path);
  if ('list' in kind) {
    if (!Array.isArray(value)) wrong(path, 'an array');
    return (value as unknown[]).map((item, index) =>
      readValue(item, kind.list, `${path}[${index}]`, settings),
    );
  }
  if (!isRecord(value)) wrong(path, 'an object');
  return readObject(value as Record<string, unknown>, kind.object, path, settings);
}

function readObject(value: Record<string, unknown>, shape: Shape, path: string, settings: ReadSettings) {
  const { caseSensitiveProperties, rejectUnknownProperties } = settings.knobs;
  const nameOf = (key: string) =>
    caseSensitiveProperties
      ? key
      : (Object.keys(shape).find((name) => name.toLowerCase() === key.toLowerCase()) ?? key);
  const given = new Map(Object.entries(value).map(([key, content]) => [nameOf(key), content]));
  for (const name of given.keys()) {
    if (Object.hasOwn(shape, name)) continue;
    if (rejectUnknownProperties) throw new Unreadable(`${path}.${name} is not declared`);
    settings.unknown(`${path}.${name}`.replace(/^\./, ''));
  }
  return Object.fromEntries(
    Object.entries(shape).map(([name, kind]) => [
      name,
      readValue(given.get(name), kind, `${path}.${name}`.replace(/^\./, ''), settings),
    ]),
  );
}

function readId(value: unknown, path: string): string {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value === 'string' && /^-?\d{1,19}$/.test(value)) return value;
  return wrong(path, 'a 64-bit number');
}

/** One string, its members joined by commas; by spaces is the way of SOAP. */
function readFlags(value: unknown, members: readonly string[], path: string): string[] {
  if (typeof value !== 'string') wrong(path, 'a string');
  const names = (value as string).split(',').map((name) => name.trim());
  const strange = names.find((name) => !members.includes(name));
  if (strange !== undefined) wrong(path, `one of ${members.join(', ')}`);
  return names;
}

const DATE_TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)?$/;

function readDateTime(value: unknown, path: string, { zonelessTimes }: Knobs): DateTime {
  const match = typeof value === 'string' ? DATE_TIME.exec(value) : null;
  if (!match) return wrong(path, 'a dateTime');
  const [text, date, time, fraction = '', zone] = match;
  if (zone === undefined && zonelessTimes === 'unreadable') wrong(path, 'a dateTime with its zone');
  const at = Date.parse(`${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${zone ?? 'Z'}`);
  // JavaScript turns the 31st of February into March; a dateTime reader does not.
  const midnight = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(at) || !midnight.toISOString().startsWith(date!)) wrong(path, 'a date that exists');
  return { text, at };
}

function wrong(path: string, expected: string): never {
  throw new Unreadable(`${path} must be ${expected}`);
}
