import type { Operation } from '../operation.ts';

/** Which operation a request means. */
export type FindOperation = (method: string, path: string) => Found;

export type Found =
  | { operation: Operation; params: Record<string, string> }
  /** There is such a path, for these methods. */
  | { allowed: string[] }
  | undefined;

interface Entry {
  operation: Operation;
  pattern: RegExp;
}

/**
 * By path below `/admin/api`, percent-encoded as it came, and method. A path without parameters goes
 * before one with: `/events/stream` is no event.
 */
export function createFindOperation(operations: readonly Operation[]): FindOperation {
  const entries: Entry[] = operations
    .map((operation) => ({ operation, pattern: patternOf(operation.path) }))
    .sort((one, other) => parametersIn(one) - parametersIn(other));

  return (method, path) => {
    const matching = entries.filter(({ pattern }) => pattern.test(path));
    const first = matching[0];
    if (!first) return undefined;
    const samePath = matching.filter(({ operation }) => operation.path === first.operation.path);
    const entry = samePath.find(({ operation }) => operation.method === method);
    if (!entry) return { allowed: samePath.map(({ operation }) => operation.method) };
    const params = decode(entry.pattern.exec(path)?.groups ?? {});
    return params && { operation: entry.operation, params };
  };
}

const parametersIn = ({ operation }: Entry) => operation.path.split('{').length;

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

/** Undefined for what is not percent-encoded as it should be: it is the path of nothing. */
function decode(groups: Record<string, string>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    return undefined;
  }
}
