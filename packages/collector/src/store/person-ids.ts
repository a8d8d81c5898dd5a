import type { PersonKey, PersonKind } from './port.ts';

/** `customer:7` is kept as `7` in the column `customer`. */
export function idsByKind(keys: readonly PersonKey[]): Partial<Record<PersonKind, string>> {
  const ids: Partial<Record<PersonKind, string>> = {};
  for (const key of keys) {
    const [kind, id] = splitKey(key);
    ids[kind] = id;
  }
  return ids;
}

export function splitKey(key: PersonKey): [kind: PersonKind, id: string] {
  const colon = key.indexOf(':');
  return [key.slice(0, colon) as PersonKind, key.slice(colon + 1)];
}
