import { type FieldError, isRecord } from '@uet-capi/protocol';
import type { z } from 'zod';
import { isGiven } from '../pipeline/normalise.ts';
import type { Appended } from '../store/appender.ts';
import { NOT_STORABLE } from './not-storable.ts';

/** Answers about what became true later: conversions and corrections. */

export type LaterStatus = 'accepted' | 'duplicate' | 'rejected';

export interface LaterResult {
  index: number;
  status: LaterStatus;
  /** Paths are relative to the one of that index. */
  errors?: FieldError[];
}

export function refuse(index: number, path: string, code: string, message: string): LaterResult {
  return { index, status: 'rejected', errors: [{ path, code, message }] };
}

/** Without what is null or empty text: as Microsoft reads an event, neither is given. */
export function givenOf(input: unknown): unknown {
  if (!isRecord(input)) return input;
  return Object.fromEntries(Object.entries(input).filter(([, value]) => isGiven(value)));
}

/** What the store said of its pieces. Nothing was stored: consent was refused, and it counts as received. */
export function storedAs(index: number, pieces: readonly Appended[]): LaterResult {
  if (pieces.includes('refused')) return { index, status: 'rejected', errors: [NOT_STORABLE] };
  const isKnown = pieces.length > 0 && pieces.every((piece) => piece === 'duplicate');
  return { index, status: isKnown ? 'duplicate' : 'accepted' };
}

/** What zod found, in the form of all other answers; it repeats no value. */
export function flawsOf(error: z.ZodError): FieldError[] {
  return error.issues.map(({ path, code, message }) => ({
    path: path.join('.'),
    code: CODES[code] ?? 'InvalidValue',
    message,
  }));
}

/** Zod's kinds of flaws that have a name of Microsoft's. */
const CODES: Partial<Record<string, string>> = {
  invalid_type: 'InvalidType',
  invalid_value: 'InvalidEnumValue',
};
