import { isRecord } from '@uet-capi/protocol';

/** One entry of `error.details`, in whatever shape it came. */
export interface NamedDetail {
  /** Undefined when it is not about one event of the request. */
  position: number | undefined;
  /** Inside the event, `userData.em`; empty when the event as a whole is meant. */
  path: string;
  code: string;
  message: string;
  /** `error` costs the event, `warning` only the field. */
  severity: 'error' | 'warning';
}

const EVENT_PATH = /^data\[(\d+)\]\.?(.*)$/s;

/** Fields of the request around the events: a detail on one of them blames no event, whatever its index. */
const ENVELOPE_FIELDS: ReadonlySet<string> = new Set(['data', 'continueOnValidationError', 'dataProvider']);

/**
 * Paths whose breach costs the event (guide); every other one costs only the field, as far as is
 * known. Decides where `isWarning` is absent, as in answers before August 2026. A path that is missing
 * here does no harm: the event is then found by halving the batch. The other way round a good
 * event would be given up for a warning.
 */
const REQUIRED_PATHS: ReadonlySet<string> = new Set([
  '',
  'eventType',
  'eventTime',
  'eventSourceUrl',
  'userData',
]);

/** Stands in where the answer leaves the code or the message out, as older answers do. */
const UNNAMED_CODE = 'ValidationError';
const UNNAMED_MESSAGE = 'Refused without a reason.';

/**
 * Reads `error.details` of an answer to a request with `count` events. Entries that make no sense
 * are left out; an index outside the request names no event.
 */
export function readDetails(details: unknown, count: number): NamedDetail[] {
  if (!Array.isArray(details)) return [];
  return details.filter(isRecord).map((detail) => {
    const property = typeof detail.propertyName === 'string' ? detail.propertyName : '';
    const match = EVENT_PATH.exec(property);
    const path = match ? match[2]! : property;
    const index = detail.index ?? (match ? Number(match[1]) : undefined);
    const named = typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < count;
    return {
      position: named && !ENVELOPE_FIELDS.has(property) ? index : undefined,
      path,
      code: textOr(detail.errorCode, UNNAMED_CODE),
      message: textOr(detail.errorMessage, UNNAMED_MESSAGE),
      severity: isError(detail.isWarning, path) ? 'error' : 'warning',
    };
  });
}

function isError(isWarning: unknown, path: string): boolean {
  return typeof isWarning === 'boolean' ? !isWarning : REQUIRED_PATHS.has(path);
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}
