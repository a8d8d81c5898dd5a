import { randomUUID } from 'node:crypto';
import { type Answer, json } from '../answer.ts';
import type { Knobs } from '../world/knobs.ts';
import { ERROR_CODES, type ErrorName, errorMessage } from './error-codes.ts';

/** What is wrong with one item of a list. */
export interface ItemError {
  index: number;
  name: ErrorName;
}

/** An entry of `PartialErrors`: `BatchError`, with every property that it declares. */
export interface PartialError {
  Code: number;
  Details: null;
  ErrorCode: ErrorName;
  FieldPath: null;
  ForwardCompatibilityMap: null;
  Index: number;
  Message: string;
  Type: 'BatchError';
}

/** A call that is refused as a whole. Where `code` is given it replaces the name's own number. */
export interface Refusal {
  kind: 'AdApiFaultDetail' | 'ApiFaultDetail';
  status: number;
  name: ErrorName;
  code?: number;
  retryAfterS?: number;
}

/** A good answer; every one carries its `TrackingId` in the header. */
export function success(body: object): Answer {
  return json(200, body, { TrackingId: randomUUID() });
}

/** Rule A9: authentication and throttling list `Errors` with `Detail`, validation `OperationErrors` with `Details`. */
export function fault(
  { kind, status, name, code = ERROR_CODES[name], retryAfterS }: Refusal,
  knobs: Knobs,
): Answer {
  const TrackingId = randomUUID();
  const error = { Code: code, ErrorCode: name, Message: errorMessage(name, code) };
  const detail =
    kind === 'AdApiFaultDetail'
      ? { TrackingId, Type: kind, Errors: [{ ...error, Detail: null }] }
      : { TrackingId, Type: kind, BatchErrors: [], OperationErrors: [{ ...error, Details: null }] };
  return json(status, knobs.wrapFaults ? { ApplicationFault: detail } : detail, {
    TrackingId,
    ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
  });
}

/** `PartialErrors`: not parallel to the request, and in no order that means anything. */
export function partialErrors(errors: readonly ItemError[], variant: number): PartialError[] {
  const list = errors.map(
    ({ index, name }, position): PartialError => ({
      Code: ERROR_CODES[name],
      Details: null,
      ErrorCode: name,
      FieldPath: null,
      ForwardCompatibilityMap: null,
      Index: index,
      Message: errorMessage(name, variant + position),
      Type: 'BatchError',
    }),
  );
  const start = list.length === 0 ? 0 : variant % list.length;
  return [...list.slice(start), ...list.slice(0, start)].reverse();
}
