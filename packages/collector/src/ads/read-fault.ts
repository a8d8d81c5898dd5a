import { isRecord } from '@uet-capi/protocol';
import type { ApiError } from './error-classes.ts';

export interface Fault {
  errors: ApiError[];
  trackingId: string | undefined;
}

/** Where the kinds of fault list their errors. */
const LISTS = ['Errors', 'OperationErrors', 'BatchErrors', 'EditorialErrors'];

/** One guide shows faults wrapped in these, one level down; no evidence does. */
const WRAPPERS = ['ApplicationFault', 'AdApiFaultDetail', 'ApiFaultDetail'];

/** All errors of a fault, whichever kind it is: `AdApiFaultDetail`, `ApiFaultDetail`. Anything else has none. */
export function readFault(body: unknown): Fault {
  if (!isRecord(body)) return { errors: [], trackingId: undefined };
  const levels = [body, ...WRAPPERS.map((name) => body[name]).filter(isRecord)];
  return {
    errors: levels.flatMap((level) => LISTS.flatMap((name) => readErrors(level[name]))),
    trackingId: levels.map(({ TrackingId }) => TrackingId).find((id) => typeof id === 'string'),
  };
}

/** A list of errors with numbers, names and texts as far as they have them. */
function readErrors(list: unknown): ApiError[] {
  return Array.isArray(list) ? list.filter(isRecord).map(readError) : [];
}

export function readError(error: Record<string, unknown>): ApiError {
  const { Code, ErrorCode, Message } = error;
  return {
    code: typeof Code === 'number' ? Code : undefined,
    name: typeof ErrorCode === 'string' ? ErrorCode : '',
    message: typeof Message === 'string' ? Message : '',
  };
}
