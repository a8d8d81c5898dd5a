import {
  CUSTOM_DATA_FIELDS,
  EVENT_FIELDS,
  type FieldRule,
  type FieldRules,
  type Flaw,
  inOrder,
  isEmpty,
  USER_DATA_FIELDS,
  wrongType,
} from './acceptance-fields.ts';
import { type CapiEvent, IDENTIFIERS, isRecord } from './event.ts';

/**
 * Microsoft's acceptance rules for one event, as pure functions of the event and a clock.
 *
 * An *error* makes the event invalid. A *warning* removes the field and keeps the event. Where the
 * guide is silent the rule is the strict one, so that an event that passes here is safe there.
 * Shared by the collector (which must never send what would be refused) and the sandbox.
 */

/** One entry of `error.details` in Microsoft's answer. */
export interface Detail {
  /** Position in `data`, from 0. */
  index: number;
  /** Path of the field, `data[0].userData.em`. */
  propertyName: string;
  /** Only of `eventTime`. */
  attemptedValue?: number;
  errorMessage: string;
  errorCode: string;
  /** True: the field was removed and the event kept. */
  isWarning: boolean;
}

export interface Verdict {
  errors: Detail[];
  warnings: Detail[];
  /** The event after removal of what drew a warning; undefined when there is an error. */
  event: CapiEvent | undefined;
}

/**
 * Judges one event.
 *
 * @param index position in the request, for the paths in the details
 * @param now the clock, ms since 1970
 */
export function checkEvent(input: unknown, index: number, now: number): Verdict {
  const base = `data[${index}]`;
  const details: Detail[] = [];
  const report = (
    path: string,
    rule: Pick<FieldRule, 'severity' | 'echoed'>,
    flaw: Flaw,
    value?: unknown,
  ) => {
    details.push({
      index,
      propertyName: path,
      ...(rule.echoed && typeof value === 'number' ? { attemptedValue: value } : {}),
      errorMessage: flaw.message,
      errorCode: flaw.code,
      isWarning: rule.severity === 'warning',
    });
  };
  /** Copies the known fields that pass; what is empty or unknown is not given. */
  const sift = (source: Record<string, unknown>, path: string, rules: FieldRules) => {
    const kept: Record<string, unknown> = {};
    const context = { now, source };
    // By number: the iterator of a list cost a sixth of all these rules.
    for (let at = 0; at < rules.length; at++) {
      const { name, rule } = rules[at]!;
      const value = source[name] ?? undefined;
      // Of all the fields that there are, few are in one event.
      if (value === undefined && !rule.isRequired) continue;
      const flaw = rule.check(value, context);
      if (flaw) report(`${path}.${name}`, rule, flaw, value);
      else if (!isEmpty(value)) kept[name] = rule.clean ? rule.clean(value) : value;
    }
    return kept;
  };

  if (!isRecord(input)) {
    report(base, ERROR, { code: 'Empty', message: `'data[${index}]' must be an object.` });
    return { errors: details, warnings: [], event: undefined };
  }

  const event = sift(input, base, EVENT_RULES);

  const userData = isRecord(input.userData) ? input.userData : {};
  const user = sift(userData, `${base}.userData`, USER_DATA_RULES);
  event.userData = user;
  if (!IDENTIFIERS.some((name) => user[name] !== undefined)) {
    report(`${base}.userData`, ERROR, NO_IDENTIFIER);
  }

  const customData = input.customData ?? undefined;
  if (isRecord(customData)) {
    const kept = sift(customData, `${base}.customData`, CUSTOM_DATA_RULES);
    if (Object.keys(kept).length > 0) event.customData = kept;
  } else if (customData !== undefined) {
    report(`${base}.customData`, ERROR, wrongType('customData', 'an object'));
  }

  if (details.length === 0) return { errors: [], warnings: [], event: event as CapiEvent };
  const errors = details.filter((detail) => !detail.isWarning);
  return {
    errors,
    warnings: details.filter((detail) => detail.isWarning),
    event: errors.length === 0 ? (event as CapiEvent) : undefined,
  };
}

/** Paths of fields that Microsoft does not know. It ignores them; a sender should hear of them. */
export function unknownFields(input: unknown): string[] {
  if (!isRecord(input)) return [];
  const beyond = (value: unknown, rules: Record<string, FieldRule>, prefix: string, more: string[] = []) =>
    isRecord(value)
      ? Object.keys(value)
          .filter((key) => !Object.hasOwn(rules, key) && !more.includes(key))
          .map((key) => prefix + key)
      : [];
  return [
    ...beyond(input, EVENT_FIELDS, '', ['userData', 'customData']),
    ...beyond(input.userData, USER_DATA_FIELDS, 'userData.'),
    ...beyond(input.customData, CUSTOM_DATA_FIELDS, 'customData.'),
  ];
}

const EVENT_RULES = inOrder(EVENT_FIELDS);
const USER_DATA_RULES = inOrder(USER_DATA_FIELDS);
const CUSTOM_DATA_RULES = inOrder(CUSTOM_DATA_FIELDS);

const ERROR = { severity: 'error' } as const;

const NO_IDENTIFIER: Flaw = {
  code: 'Empty',
  message: `'userData' must contain at least one of: ${IDENTIFIERS.join(', ')}.`,
};
