import type { Row, Run } from '../database.ts';

export type Parameters = Readonly<Record<string, unknown>>;

/** Runs questions, whose text depends on what is asked. Parameters are named, `:name`; one set may serve several texts. */
export interface Asking {
  all<R = Row>(text: string, parameters?: Parameters): Promise<R[]>;
  get<R = Row>(text: string, parameters?: Parameters): Promise<R | undefined>;
}

/** A name behind one colon; behind two it is a type. */
const PARAMETER = /(?<!:):([a-zA-Z]\w*)/g;

export function createAsking(run: Run): Asking {
  function all<R = Row>(text: string, parameters: Parameters = {}): Promise<R[]> {
    const names: string[] = [];
    const numbered = text.replace(PARAMETER, (_, name: string) => {
      if (!names.includes(name)) names.push(name);
      return `$${names.indexOf(name) + 1}`;
    });
    // Nameless: there are too many texts for a connection to keep them all prepared.
    return run<R>(
      { text: numbered },
      names.map((name) => parameters[name]),
    );
  }
  async function get<R = Row>(text: string, parameters?: Parameters): Promise<R | undefined> {
    return (await all<R>(text, parameters))[0];
  }
  return { all, get };
}
