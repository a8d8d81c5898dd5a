import { checkEvent, type Detail } from './acceptance.ts';
import { type CapiEvent, isRecord, MAX_BATCH_EVENTS } from './event.ts';

/**
 * Microsoft's answers to `POST /v1/{tagId}/events`: which status, which body, and which events
 * were taken. Pure; the caller adds its own `traceId`.
 */

/** At most this many errors and warnings are listed in one answer (guide). */
export const MAX_DETAILS = 10;

export interface CapiError {
  code: string;
  message: string;
  details?: Detail[];
}

/** The body of an answer. `eventsReceived` counts what was processed. */
export interface CapiAnswer {
  eventsReceived?: number;
  error?: CapiError;
  traceId: string;
}

/** The body that goes with status 401. */
export const UNAUTHORIZED: CapiError = {
  code: 'Unauthorized',
  message: 'You are not authorized to access this resource.',
};

/** The text that goes with every list of details (guide). */
const VALIDATION_MESSAGE =
  'One or multiple parameters did not pass validation checks, see details. ' +
  'Note that only the first 10 errors and warnings are shown.';

export interface BatchVerdict {
  status: 200 | 400;
  body: Omit<CapiAnswer, 'traceId'>;
  /** What was taken, with the fields removed that drew a warning. Empty with status 400. */
  accepted: { index: number; event: CapiEvent; warnings: Detail[] }[];
  /** Every error and warning, not only the first ten. */
  details: Detail[];
}

/**
 * Judges a whole request as Microsoft does: atomic, unless `continueOnValidationError` is true and
 * at least one event is valid.
 *
 * @param now the clock, ms since 1970
 * @param check the rules for one event
 */
export function judgeBatch(body: unknown, now: number, check = checkEvent): BatchVerdict {
  const flaw = envelopeFlaw(body);
  if (flaw) return refusal([flaw]);
  const { data, continueOnValidationError } = body as {
    data: unknown[];
    continueOnValidationError?: boolean;
  };

  const verdicts = data.map((event, index) => check(event, index, now));
  const details = verdicts.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  const accepted = verdicts.flatMap(({ event, warnings }, index) =>
    event ? [{ index, event, warnings }] : [],
  );
  const invalid = data.length - accepted.length;
  if (invalid > 0 && (!continueOnValidationError || accepted.length === 0)) return refusal(details);

  return {
    status: 200,
    body: {
      eventsReceived: accepted.length,
      ...(details.length > 0 ? { error: validationError(details) } : {}),
    },
    accepted,
    details,
  };
}

/**
 * The answer where events that had passed could not be kept: as if the rules had refused them.
 *
 * @param kept how many events are; 0 for all of an atomic request
 * @param details every error and warning, those of the events that were not kept among them
 */
export function answerAfterRefusal(kept: number, details: Detail[]): Pick<BatchVerdict, 'status' | 'body'> {
  const error = validationError(details);
  return kept > 0 ? { status: 200, body: { eventsReceived: kept, error } } : { status: 400, body: { error } };
}

function refusal(details: Detail[]): BatchVerdict {
  return { status: 400, body: { error: validationError(details) }, accepted: [], details };
}

/** `ValidationWarning` where nothing was refused; the guide names both, without an example. */
function validationError(details: Detail[]): CapiError {
  return {
    code: details.every((detail) => detail.isWarning) ? 'ValidationWarning' : 'ValidationError',
    message: VALIDATION_MESSAGE,
    details: details.slice(0, MAX_DETAILS),
  };
}

function envelopeFlaw(body: unknown): Detail | undefined {
  const flaw = (propertyName: string, errorCode: string, errorMessage: string): Detail => ({
    index: 0,
    propertyName,
    errorMessage,
    errorCode,
    isWarning: false,
  });
  if (!isRecord(body) || !Array.isArray(body.data) || body.data.length === 0) {
    return flaw('data', 'Empty', "'data' must not be empty.");
  }
  if (body.data.length > MAX_BATCH_EVENTS) {
    return flaw('data', 'TooManyEvents', `'data' must contain at most ${MAX_BATCH_EVENTS} events.`);
  }
  if (typeof (body.continueOnValidationError ?? false) !== 'boolean') {
    return flaw('continueOnValidationError', 'InvalidType', "'continueOnValidationError' must be a boolean.");
  }
  if (typeof (body.dataProvider ?? '') !== 'string') {
    return flaw('dataProvider', 'InvalidType', "'dataProvider' must be a string.");
  }
  return undefined;
}
