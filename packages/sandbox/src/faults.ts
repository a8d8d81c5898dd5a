import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';

/** Longest delay of an answer, ms: ten minutes, well past any client's timeout. */
const MAX_DELAY_MS = 600_000;

const header = z
  .string()
  .refine((name) => passes(() => validateHeaderName(name)), { message: 'not a valid header name' });
const headerValue = z
  .string()
  .refine((value) => passes(() => validateHeaderValue('x', value)), { message: 'not a valid header value' });

/**
 * One fault switch. The first one that matches a request and is not used up decides.
 *
 * With `status` or `body` the answer is replaced (status 200, empty body unless given) and with
 * `reset` the connection is cut: the request is then *not* processed, unless `storeFirst` is true.
 * With neither, it is processed and answered as ever, after `delayMs` and with `headers` added.
 */
const faultSchema = z.strictObject({
  /** All given conditions must hold; none given: every request to Microsoft's routes. */
  match: z
    .strictObject({
      /** Any case. */
      method: z.string().min(1).optional(),
      /** The beginning of the path; `*` stands for any run of characters. */
      path: z.string().min(1).optional(),
      tagId: z.union([z.string(), z.int()]).transform(String).optional(),
    })
    .optional(),
  status: z.int().min(200).max(599).optional(),
  headers: z.record(header, headerValue).optional(),
  /** A string goes out as it is, anything else as JSON. */
  body: z.unknown().optional(),
  /** Waited before the answer or the reset, ms. */
  delayMs: z.int().min(0).max(MAX_DELAY_MS).optional(),
  /** True: process the request before the delay. */
  storeFirst: z.boolean().optional(),
  reset: z.boolean().optional(),
  /** Used up after so many requests; without it the fault stays. */
  times: z.int().positive().optional(),
});

export const faultsSchema = z.array(faultSchema);

export type FaultSwitch = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;

export interface Faults {
  replace(faults: Fault[]): void;
  /** The fault for a request, counted as used; undefined: answer as ever. */
  take(request: { method: string; path: string; tagId: string | undefined }): Fault | undefined;
}

export function createFaults(): Faults {
  let entries: { fault: Fault; left: number }[] = [];
  return {
    replace(faults) {
      entries = faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
    },
    take(request) {
      const entry = entries.find(({ fault, left }) => left > 0 && matches(fault, request));
      if (!entry) return undefined;
      entry.left -= 1;
      return entry.fault;
    },
  };
}

function matches(
  { match = {} }: Fault,
  request: { method: string; path: string; tagId: string | undefined },
) {
  return (
    (match.method === undefined || match.method.toUpperCase() === request.method) &&
    (match.tagId === undefined || match.tagId === request.tagId) &&
    (match.path === undefined || beginsWith(request.path, match.path))
  );
}

function beginsWith(path: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}`).test(path);
}

function passes(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
