import type { FieldError } from '@uet-capi/protocol';
import type { Site } from '../config/config.ts';
import { hashEmail, hashPhone } from '../pipeline/identify.ts';
import { digestOf, wholeSeconds } from '../pipeline/offline/conversion-item.ts';
import type { Cells } from './columns.ts';
import { readMoment } from './moment.ts';
import type { TimeZone } from './time-zone.ts';

/** What a line asks for, in the form of the routes. What they would refuse is left for them to refuse. */
export type Row = { kind: 'conversion' | 'adjustment'; input: Record<string, unknown> } | Unreadable;

export interface Unreadable {
  kind: 'rejected';
  errors: FieldError[];
}

export interface RowFacts {
  site: Pick<Site, 'phoneCountry'>;
  /** Of times that name none. */
  zone: TimeZone | undefined;
}

export function readRow(cells: Cells, facts: RowFacts): Row {
  const time = readTime(cells.time, 'time', facts);
  if (isWrong(time)) return time;
  if (cells.type === undefined) return readConversion(cells, time, facts);
  return readAdjustment({ ...cells, type: cells.type }, time, facts);
}

function readConversion(cells: Cells, time: string | undefined, facts: RowFacts): Row {
  const { id = idOf(cells, time, facts), goal, event, currency, msclkid } = cells;
  const { email, em, phone, ph, externalId, anonymousId } = cells;
  const value = readValue(cells.value, 'value');
  if (isWrong(value)) return value;
  const person = { msclkid, email, em, phone, ph, externalId, anonymousId };
  return { kind: 'conversion', input: { id, goal, event, time, value, currency, ...person } };
}

function readAdjustment(
  cells: Cells & { type: string },
  conversionTime: string | undefined,
  facts: RowFacts,
): Row {
  const { transactionId, goal } = cells;
  // Without an id the original is found by what an id is made from, and its time is part of that.
  const id = cells.id ?? (transactionId === undefined ? idOf(cells, conversionTime, facts) : undefined);
  const isNamed = cells.id !== undefined || transactionId !== undefined;
  const { adjustmentTime, adjustmentValue, adjustmentCurrency } = cells;
  const isTemplate = [adjustmentTime, adjustmentValue, adjustmentCurrency].some((cell) => cell !== undefined);
  const isPlain = isNamed && !isTemplate;

  const time = isPlain ? conversionTime : readTime(adjustmentTime, 'adjustmentTime', facts);
  if (isWrong(time)) return time;
  const value = isPlain ? readValue(cells.value, 'value') : readValue(adjustmentValue, 'adjustmentValue');
  if (isWrong(value)) return value;
  const currency = isPlain ? cells.currency : adjustmentCurrency;
  const type = cells.type.toLowerCase();
  return { kind: 'adjustment', input: { id, transactionId, goal, type, time, value, currency } };
}

/**
 * The id of a conversion that has none: by what Microsoft knows it again. So the same line twice is one
 * conversion, and a correction of Microsoft's form finds it.
 */
function idOf(cells: Cells, time: string | undefined, { site }: RowFacts): string {
  const { goal, event, msclkid, email, em = email, phone, ph = phone, externalId, anonymousId } = cells;
  return `import:${digestOf(
    JSON.stringify([
      goal,
      event,
      time,
      msclkid?.toLowerCase().replaceAll('-', ''),
      em && hashEmail(em),
      ph && hashPhone(ph, site.phoneCountry),
      externalId,
      anonymousId,
    ]),
  )}`;
}

function readTime(
  text: string | undefined,
  path: string,
  { zone }: RowFacts,
): string | undefined | Unreadable {
  if (text === undefined) return undefined;
  const moment = readMoment(text, zone);
  return typeof moment === 'number' ? wholeSeconds(moment) : wrong(path, 'InvalidTime', moment.flaw);
}

function readValue(text: string | undefined, path: string): number | undefined | Unreadable {
  if (text === undefined) return undefined;
  if (/^\d{1,15}(\.\d+)?$/.test(text)) return Number(text);
  return wrong(path, 'InvalidValue', 'must be a number such as 12.34, with a point and without a currency');
}

/** In the form of what the routes refuse. */
export function wrong(path: string, code: string, message: string): Unreadable {
  return { kind: 'rejected', errors: [{ path, code, message }] };
}

function isWrong(read: string | number | undefined | Row): read is Unreadable {
  return typeof read === 'object';
}
