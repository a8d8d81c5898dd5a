import { gzipSync } from 'node:zlib';
import type { Random } from './random.ts';

/** Bodies of the routes that take events, conversions and corrections: sound ones, and every way to spoil them. */

/**
 * Stands in the visitor's id and other texts of every event that a request carries, so that the store
 * tells whose it is, whatever became of one of them.
 */
export function markOf(request: number): string {
  return `mark${request}mark`;
}

export interface Body {
  bytes: Buffer;
  /** `Content-Encoding`. */
  encoding?: string;
}

const LONG = [255, 256, 4_096, 4_097, 8_192, 8_193, 70_000].map((length) => 'x'.repeat(length));

/** A value that nobody expects, as JSON text. */
function hostileValue(random: Random): string {
  const depth = random.pick([2, 31, 32, 33, 200, 5_000]);
  return random.pick<() => string>([
    () => random.pick(['null', 'true', '0', '-1', '-0', '1e308', '1e999', '1e-999', '9'.repeat(400)]),
    () => random.pick(['[]', '{}', '""', '[[]]', '[null]', '{"":{}}', '{"toString":1,"valueOf":2}']),
    () => JSON.stringify(random.pick(LONG)),
    () => '['.repeat(depth) + ']'.repeat(depth),
    () => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
    () => '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":[]}',
    () =>
      random.pick(['"\\ud800"', '"\\udc00x"', '"\\u0000"', '"a\\u0000b"', '"\\u202e"', '"😀"', '"\\ufeff"']),
    () =>
      random.pick([
        '"\'; DROP TABLE event;--"',
        '"#{7*7}{{7*7}}<%= 7*7 %>"',
        '"<script>alert(1)</script>"',
        '"../../x"',
      ]),
    () => random.pick(['"john@contoso.com"', '"+4915112345678"', '"\\r\\nSet-Cookie: a=b"', '"%00%0d%0a"']),
    () =>
      `[${Array(random.pick([3, 1_000, 1_001]))
        .fill('{"id":"a","price":1}')
        .join()}]`,
    () => String(random.below(2 ** 31) - 2 ** 30),
  ])();
}

const EVENT_FIELDS = [
  ...['eventType', 'eventId', 'eventName', 'eventTime', 'eventSourceUrl', 'pageLoadId', 'referrerUrl'],
  ...[
    'pageTitle',
    'keywords',
    'adStorageConsent',
    'consent',
    'customData',
    'context',
    'unknown',
    '__proto__',
  ],
];
const USER_FIELDS = [
  'em',
  'ph',
  'email',
  'phone',
  'msclkid',
  'clientIpAddress',
  'clientUserAgent',
  'idfa',
  'gaid',
];
const CUSTOM_FIELDS = [
  ...['value', 'currency', 'transactionId', 'items', 'itemIds', 'pageType', 'searchTerm', 'eventLabel'],
  ...['eventValue', 'hotelData', 'ecommTotalValue', 'constructor', 'unknown'],
];

/** An object as JSON text: the sound fields, some replaced or added by hostile ones, some twice. */
function spoil(
  random: Random,
  sound: Record<string, string>,
  others: readonly string[],
  times: number,
): string {
  const fields = Object.entries(sound);
  for (let i = 0; i < times; i++) {
    const entry: [string, string] = [random.pick(others), hostileValue(random)];
    const at = fields.findIndex(([name]) => name === entry[0]);
    if (at < 0 || random.chance(0.2)) fields.push(entry);
    else fields[at] = entry;
  }
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`;
}

/** An event as JSON text. */
function eventText(random: Random, mark: string, index: number): string {
  const spoils = () => (random.chance(0.4) ? 1 + random.below(3) : 0);
  const id = random.chance(0.05) ? random.pick(['5', '{}', '[]', 'null', `"${LONG[1]}"`]) : `"${mark}"`;
  const now = Math.floor(Date.now() / 1_000);
  const user = spoil(random, { anonymousId: id, externalId: id }, USER_FIELDS, spoils());
  const custom = spoil(random, { value: '1.5', currency: '"EUR"' }, CUSTOM_FIELDS, spoils());
  const isPage = random.chance(0.2);
  const sound = {
    eventType: isPage ? '"pageLoad"' : '"custom"',
    ...(!isPage && { eventId: `"${mark}-${index}"`, eventName: '"hostile"' }),
    eventTime: String(now - random.below(100)),
    eventSourceUrl: `"https://shop.example/?${mark}"`,
    pageTitle: `"${mark}"`,
    consent: random.chance(0.9) ? '"granted"' : '"denied"',
    userData: random.chance(0.03) ? hostileValue(random).replace(/^"[^{[]*"$/, '5') : user,
    customData: custom,
  };
  return spoil(random, sound, EVENT_FIELDS, spoils());
}

/** The text of a request around events. */
function envelopeText(random: Random, mark: string): string {
  const count = random.chance(0.02) ? 101 : 1 + random.below(4);
  const events = Array.from({ length: count }, (_, index) =>
    random.chance(0.05) ? hostileValue(random) : eventText(random, mark, index),
  );
  const sound = { v: '1', sentAt: String(Date.now()), data: `[${events.join()}]` };
  const more = ['v', 'sentAt', 'data', 'reports', 'continueOnValidationError', 'dataProvider', '__proto__'];
  return spoil(random, { ...sound, continueOnValidationError: 'true' }, more, random.chance(0.15) ? 1 : 0);
}

/** Largest body of a browser route plus one, as the config has it. */
const TOO_LARGE = 100_001;

/** A body of either route for events. */
export function createBody(random: Random, mark: string): Body {
  return spoiltBody(random, envelopeText(random, mark), mark);
}

const LATER_FIELDS = [
  ...['id', 'event', 'goal', 'time', 'value', 'currency', 'msclkid', 'email', 'em', 'phone', 'ph', 'type'],
  ...['externalId', 'anonymousId', 'transactionId', 'unknown', '__proto__'],
];

/** A body of `/v1/conversions` or `/v1/adjustments`, with the mark in two fields, of which one stays. */
export function createLaterBody(random: Random, mark: string, list: 'conversions' | 'adjustments'): Body {
  const time = JSON.stringify(new Date(Date.now() - random.below(100_000)).toISOString());
  const own =
    list === 'conversions'
      ? { msclkid: '"0123456789abcdef0123456789abcdef"' }
      : { type: random.pick(['"restate"', '"retract"']), transactionId: `"${mark}"` };
  const items = Array.from({ length: 1 + random.below(4) }, (_, index) => {
    const id = list === 'conversions' ? { id: `"${mark}-${index}"` } : {};
    const sound = { ...id, ...own, goal: `"${mark}"`, time, value: '1.5', currency: '"EUR"' };
    const kept = random.pick(['goal', list === 'conversions' ? 'id' : 'transactionId']);
    const others = LATER_FIELDS.filter((name) => name !== kept);
    return random.chance(0.05)
      ? hostileValue(random)
      : spoil(random, sound, others, random.chance(0.5) ? 1 + random.below(3) : 0);
  });
  return spoiltBody(
    random,
    spoil(random, { [list]: `[${items.join()}]` }, [list, 'site'], random.below(10) ? 0 : 1),
    mark,
  );
}

function spoiltBody(random: Random, text: string, mark: string): Body {
  const bytes = Buffer.from(text);
  if (random.chance(0.75)) return { bytes };
  return random.pick<() => Body>([
    () => ({ bytes: bytes.subarray(0, random.below(bytes.length)) }),
    () => ({ bytes: flipped(random, bytes, mark) }),
    () => ({ bytes: Buffer.concat([bytes, Buffer.from(random.pick(['}', ',', '\0', '[]', ' ', text]))]) }),
    () => ({ bytes: Buffer.from(`\ufeff${text}`) }),
    () => ({ bytes: Buffer.from(text, 'utf16le') }),
    () => ({ bytes: Buffer.from(hostileValue(random)) }),
    () => ({ bytes: Buffer.alloc(random.below(50)) }),
    () => ({
      bytes: Buffer.alloc(
        random.chance(0.02) ? TOO_LARGE : 300,
        random.pick(['[', '{"a":', '"', ' ', '[],']),
      ),
    }),
    () => ({
      bytes: gzipSync(bytes),
      encoding: random.pick(['gzip', 'x-gzip', 'GZIP', 'br', 'deflate', 'gzip, gzip']),
    }),
    () => ({ bytes: BOMB, encoding: random.pick(['gzip', 'identity', 'zstd', '']) }),
  ])();
}

/** 20 MB of blanks in 20 kB. */
const BOMB = gzipSync(Buffer.alloc(20_000_000, ' '));

/** Some bytes are others, and at most one mark is gone. */
function flipped(random: Random, bytes: Buffer, mark: string): Buffer {
  for (;;) {
    const copy = Buffer.from(bytes);
    for (let i = 0; i <= random.below(4); i++) copy[random.below(copy.length)] = random.below(256);
    if (countOf(mark, copy) >= countOf(mark, bytes) - 1) return copy;
  }
}

function countOf(mark: string, bytes: Buffer): number {
  return bytes.toString('latin1').split(mark).length - 1;
}
