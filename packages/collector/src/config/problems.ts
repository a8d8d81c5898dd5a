import type { z } from 'zod';

/** One thing that is wrong with the config, said so that it can be mended. */
export interface ConfigProblem {
  /** `sites[1].tagId`, or the name of an environment variable. */
  path: string;
  message: string;
}

const SECRET_NAME = /token|key|secret|password/i;

/** What zod finds wrong, in the words of somebody who has to mend it. */
export function problemsOf(
  error: z.ZodError,
  name: (path: readonly PropertyKey[]) => string,
): ConfigProblem[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: name([...issue.path, key]), message: unknownSetting(key) }))
      : [{ path: name(issue.path), message: issue.message }],
  );
}

/**
 * Texts for what zod finds, where the schema has none of its own. They say what the value must be,
 * never what it was: somebody may have put a secret there.
 */
export const say: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'must not be empty'
        : `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    default:
      return undefined;
  }
};

const TYPES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function unknownSetting(key: string): string {
  return SECRET_NAME.test(key)
    ? 'is no setting: secrets come from the environment only; name the variable with tokenEnv or serverKeyEnv'
    : 'is no setting: correct its spelling or remove it; docs/configuration.md shows all settings';
}
