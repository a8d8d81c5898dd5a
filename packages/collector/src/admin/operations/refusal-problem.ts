import type { Refused } from '../../settings/refused.ts';
import type { Problem } from '../operation.ts';

const STATUS = { wrong: 422, fixed: 409, exists: 409, unknown: 404 } as const;

/** A change of settings that was refused, as the answer to who wanted it. */
export function refusalProblem({ refused, path, message }: Refused): Problem {
  return {
    status: STATUS[refused],
    code: refused === 'unknown' ? 'not_found' : `${refused}_setting`,
    message,
    ...(path !== undefined && { path: isVariable(path) ? path : `body.${path}` }),
  };
}

/** What stands in the environment is nowhere in the request. */
function isVariable(path: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(path);
}
