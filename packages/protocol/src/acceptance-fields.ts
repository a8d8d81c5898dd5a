import { EVENT_TYPES, isRecord, MAX_EVENT_AGE_S, PAGE_TYPES } from './event.ts';
import { asSha256 } from './identity.ts';

/**
 * Each field of an event, what Microsoft demands of it, and whether a breach costs the event
 * (error) or the field (warning). One table per object of the wire format.
 */

/** What is wrong with a value. */
export interface Flaw {
  code: string;
  message: string;
}

export function wrongType(name: string, expected: string): Flaw {
  return { code: 'InvalidType', message: `'${name}' must be ${expected}.` };
}

export interface FieldRule {
  severity: 'error' | 'warning';
  /** True where a missing value may be a flaw, and `check` is to be asked. */
  isRequired?: true;
  /** Undefined when the value is fine. A missing value arrives as undefined. */
  check(value: unknown, context: { now: number; source: Record<string, unknown> }): Flaw | undefined;
  /** The form in which an accepted value is kept, where it differs. */
  clean?(value: unknown): unknown;
  /**
   * True where an answer may repeat a refused number. Any other value could be somebody's e-mail
   * address or phone number in the wrong field; the guide's samples repeat `eventTime` alone.
   */
  echoed?: true;
}

/** The fields of one object in the order in which they are judged: a list is walked faster than an object. */
export type FieldRules = readonly { name: string; rule: FieldRule }[];

export function inOrder(fields: Record<string, FieldRule>): FieldRules {
  return Object.entries(fields).map(([name, rule]) => ({ name, rule }));
}

/** How far ahead of the receiver's clock an event may lie, s. Not documented; chosen. */
const FUTURE_ALLOWANCE_S = 60;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const GUID = /^(?:[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
/** What an IPv6 address is written with, also one that ends in IPv4; its grammar is the URL parser's. */
const IPV6_LETTERS = /^[0-9a-f:.]*:[0-9a-f:.]*$/i;

type Test = (value: unknown, name: string) => Flaw | undefined;

/** An optional field: absent is fine, present must pass. */
function optional(severity: FieldRule['severity'], name: string, test: Test): FieldRule {
  return { severity, check: (value) => (value === undefined ? undefined : test(value, name)) };
}

const isText: Test = (value, name) => (typeof value === 'string' ? undefined : wrongType(name, 'a string'));
const isNumber: Test = (value, name) =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : wrongType(name, 'a number');
const isInteger: Test = (value, name) =>
  Number.isSafeInteger(value) ? undefined : wrongType(name, 'an integer');

/** A string that must match; the empty string counts as not given, as `null` does. */
function matches(pattern: { test(text: string): boolean }, code: string, what: string): Test {
  return (value, name) =>
    typeof value === 'string' && (value === '' || pattern.test(value))
      ? undefined
      : { code, message: `'${name}' must be ${what}.` };
}

function oneOf(values: readonly string[]): Test {
  return (value, name) =>
    typeof value === 'string' && values.includes(value)
      ? undefined
      : {
          code: 'InvalidEnumValue',
          message: `'${name}' must be one of the following: ${values.join(', ')}.`,
        };
}

const webUrl = { test: (text: string) => /^https?:\/\//i.test(text) && URL.canParse(text) };
const ipAddress = {
  test: (text: string) => IPV4.test(text) || (IPV6_LETTERS.test(text) && URL.canParse(`http://[${text}]/`)),
};
const calendarDate = {
  test: (text: string) =>
    /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00Z`).toJSON()?.startsWith(text),
};

const isUrl = matches(webUrl, 'InvalidUrl', 'a valid URL');
const isSha256 = matches(
  { test: (text) => asSha256(text) !== undefined },
  'InvalidSha256',
  'a valid SHA256 string',
);
const isDate = matches(calendarDate, 'InvalidDate', 'a date as YYYY-MM-DD');

/** One rule per name, all with the same severity and test. */
function all(severity: FieldRule['severity'], test: Test, ...names: string[]): Record<string, FieldRule> {
  return Object.fromEntries(names.map((name) => [name, optional(severity, name, test)]));
}

const isEventType = oneOf(EVENT_TYPES);

const eventTime: FieldRule = {
  severity: 'error',
  isRequired: true,
  echoed: true,
  check(value, { now }) {
    if (value === undefined) return { code: 'Empty', message: "'eventTime' must not be empty." };
    if (typeof value === 'number' && Number.isInteger(value)) {
      const age = now / 1000 - value;
      if (age <= MAX_EVENT_AGE_S && age >= -FUTURE_ALLOWANCE_S) return undefined;
    }
    return {
      code: 'InvalidEventTime',
      message: "'eventTime' must be a valid UNIX UTC timestamp in seconds within last 7 days.",
    };
  },
};

/** Required on a page load, where it must be a web address; elsewhere any string. */
const eventSourceUrl: FieldRule = {
  severity: 'error',
  isRequired: true,
  check(value, { source }) {
    if (source.eventType !== 'pageLoad')
      return value === undefined ? undefined : isText(value, 'eventSourceUrl');
    if (value === undefined || value === '') {
      return { code: 'Empty', message: "'eventSourceUrl' must not be empty." };
    }
    return isUrl(value, 'eventSourceUrl');
  },
};

export const EVENT_FIELDS: Record<string, FieldRule> = {
  eventType: { severity: 'error', isRequired: true, check: (value) => isEventType(value, 'eventType') },
  ...all('error', isText, 'eventId', 'eventName'),
  eventTime,
  eventSourceUrl,
  pageLoadId: optional('warning', 'pageLoadId', matches(UUID_V4, 'InvalidUuid', 'a valid v4 UUID')),
  referrerUrl: optional('warning', 'referrerUrl', isUrl),
  ...all('error', isText, 'pageTitle', 'keywords'),
  adStorageConsent: optional('warning', 'adStorageConsent', oneOf(['G', 'D'])),
};

const uuidText = matches(UUID, 'InvalidUuid', 'a valid UUID');

export const USER_DATA_FIELDS: Record<string, FieldRule> = {
  ...all('error', isText, 'anonymousId', 'externalId'),
  ...all('warning', isSha256, 'em', 'ph'),
  ...all('warning', matches(GUID, 'InvalidUuid', 'a valid UUID'), 'msclkid'),
  ...all('warning', matches(ipAddress, 'InvalidIpAddress', 'a valid IP address'), 'clientIpAddress'),
  ...all('error', isText, 'clientUserAgent'),
  ...all('warning', uuidText, 'idfa', 'gaid'),
};

const HOTEL_FIELDS: Record<string, FieldRule> = {
  ...all('warning', isNumber, 'totalPrice', 'basePrice'),
  ...all('warning', isDate, 'checkinDate', 'checkoutDate'),
  ...all('warning', isInteger, 'lengthOfStay'),
  ...all('warning', isText, 'partnerHotelId', 'bookingHref'),
};

const ITEM_FIELDS: Record<string, FieldRule> = {
  ...all('warning', isText, 'id', 'name'),
  ...all('warning', isNumber, 'price'),
  ...all('warning', isInteger, 'quantity'),
};

/** A test for an object whose fields all pass; the message names the first that does not. */
function isObjectOf(fields: Record<string, FieldRule>): Test {
  const rules = inOrder(fields);
  return (value, name) => {
    if (!isRecord(value)) return wrongType(name, 'an object');
    for (const { name: field, rule } of rules) {
      const given = value[field] ?? undefined;
      const flaw = given === undefined ? undefined : rule.check(given, { now: 0, source: value });
      if (flaw) return flaw;
    }
    return undefined;
  };
}

function isListOf(test: Test): Test {
  return (value, name) => {
    if (!Array.isArray(value)) return wrongType(name, 'a list');
    for (const entry of value) {
      const flaw = test(entry, name);
      if (flaw) return flaw;
    }
    return undefined;
  };
}

/** Known fields only, without those that are empty: what Microsoft keeps of an object. */
function only(fields: Record<string, FieldRule>) {
  const names = Object.keys(fields);
  return (value: unknown) => {
    const source = value as Record<string, unknown>;
    const kept: Record<string, unknown> = {};
    for (const name of names) if (!isEmpty(source[name])) kept[name] = source[name];
    return kept;
  };
}

/** Not given: missing, `null`, or the empty string that templates leave where they know nothing. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

export const CUSTOM_DATA_FIELDS: Record<string, FieldRule> = {
  ...all('error', isText, 'eventCategory', 'eventLabel'),
  ...all('error', isNumber, 'eventValue', 'value'),
  ...all('warning', matches(/^[A-Z]{3}$/, 'InvalidCurrency', 'an ISO 4217 currency code'), 'currency'),
  ...all('error', isText, 'transactionId', 'searchTerm'),
  items: {
    ...optional('warning', 'items', isListOf(isObjectOf(ITEM_FIELDS))),
    clean: (value) => (value as unknown[]).map(only(ITEM_FIELDS)),
  },
  itemIds: {
    ...optional('warning', 'itemIds', isListOf(isText)),
    clean: (value) => (value as unknown[]).filter((id) => !isEmpty(id)),
  },
  ...all('warning', oneOf(PAGE_TYPES), 'pageType'),
  ...all('warning', isNumber, 'ecommTotalValue'),
  ...all('warning', isText, 'ecommCategory'),
  hotelData: { ...optional('warning', 'hotelData', isObjectOf(HOTEL_FIELDS)), clean: only(HOTEL_FIELDS) },
};
