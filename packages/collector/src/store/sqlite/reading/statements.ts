import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

/** Shapes of questions whose statements are kept: every filter with and without each other is some hundreds. */
const KEPT_STATEMENTS = 100;

export type Row = Record<string, unknown>;
export type Parameters = Record<string, SQLInputValue>;

/** Runs questions, whose text depends on what is asked; the usual ones stay prepared. */
export interface Asking {
  all(text: string, parameters?: Parameters): Row[];
  get(text: string, parameters?: Parameters): Row | undefined;
}

export function createAsking(db: DatabaseSync): Asking {
  const prepared = new Map<string, ReturnType<typeof db.prepare>>();
  const statement = (text: string) => {
    const known = prepared.get(text);
    if (known) return known;
    if (prepared.size >= KEPT_STATEMENTS) prepared.clear();
    const fresh = db.prepare(text);
    // One set of parameters serves several texts.
    fresh.setAllowUnknownNamedParameters(true);
    prepared.set(text, fresh);
    return fresh;
  };
  return {
    all: (text, parameters = {}) => statement(text).all(parameters),
    get: (text, parameters = {}) => statement(text).get(parameters),
  };
}
