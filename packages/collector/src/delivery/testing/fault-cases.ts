import type { FaultSwitch } from '@uet-capi/sandbox';
import type { State } from '../../store/port.ts';
import type { DeliverySettings } from '../delivery-loop.ts';

/** `large`: 90 kB. */
export type Fate = 'good' | 'large' | 'invalid' | 'warned' | 'expired';

export interface FaultCase {
  name: string;
  /** What each event is, in order. */
  events: Fate[];
  faults: FaultSwitch[];
  settings?: Partial<DeliverySettings>;
  /** How it stands once the fault has lasted for `requests`; the fault then ends. */
  meanwhile?: { requests: string[]; states: Partial<Record<State, number>>; attempts: number };
  /** How it ends. */
  states: Partial<Record<State, number>>;
  /** Each request that held events: how many, and what the answer was. */
  requests: string[];
  /** Least time between the first request and the second, ms. */
  waitMs?: number;
  /** Copies of each accepted event at Microsoft's, where it is not one. */
  copies?: number;
  /** The events that end in a state, by number, with code, where it is not obvious. */
  ended?: { [number: number]: string };
  /** Numbers of the events of which Microsoft dropped a field. */
  warned?: number[];
  /** How often the tag was paused. */
  pauses?: number;
}

export const many = (count: number, fate: Fate = 'good'): Fate[] => Array.from({ length: count }, () => fate);
export const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** 37 invalid events, all over the batch. */
const THIRTY_SEVEN = new Set(range(0, 37).map((i) => (i * 271 + 13) % 1_000));

const warning = (index: number) => ({
  index,
  propertyName: `data[${index}].userData.em`,
  errorMessage: "'em' must be a valid SHA256 string.",
  errorCode: 'InvalidSha256',
  isWarning: true,
});
const validationError = (details: Record<string, string | number | boolean>[]) => ({
  error: { code: 'ValidationError', message: 'See details.', details },
  traceId: 'trace',
});

const pausing = (status: number): FaultCase => ({
  name: `${status}: the tag pauses, keeps its events and resumes by itself`,
  events: many(3),
  faults: [{ status }],
  meanwhile: {
    requests: [`3: ${status}`, `probe: ${status}`, `probe: ${status}`],
    states: { pending: 3 },
    attempts: 0,
  },
  states: { accepted: 3 },
  requests: [`3: ${status}`, '3: 200'],
  pauses: 1,
});

/** What each fault of Microsoft's side must leave behind, here and there. */
export const FAULT_CASES: FaultCase[] = [
  {
    name: 'no fault',
    events: many(3),
    faults: [],
    states: { accepted: 3 },
    requests: ['3: 200'],
  },
  {
    name: 'at most 1 MB in one request',
    events: many(20, 'large'),
    faults: [],
    states: { accepted: 20 },
    requests: ['11: 200', '9: 200'],
  },
  pausing(401),
  pausing(403),
  pausing(404),
  ...[429, 500, 503].map(
    (status): FaultCase => ({
      name: `${status}: kept and tried again`,
      events: many(3),
      faults: [{ status, times: 2 }],
      states: { accepted: 3 },
      requests: [`3: ${status}`, `3: ${status}`, '3: 200'],
    }),
  ),
  {
    name: '429 with Retry-After: nothing is sent before that',
    events: many(3),
    faults: [{ status: 429, headers: { 'retry-after': '1' }, times: 1 }],
    states: { accepted: 3 },
    requests: ['3: 429', '3: 200'],
    waitMs: 1_000,
  },
  {
    name: 'a reset before the events were processed',
    events: many(3),
    faults: [{ reset: true, times: 1 }],
    states: { accepted: 3 },
    requests: ['3: reset', '3: 200'],
  },
  {
    name: 'a reset after the events were processed: sent again under the same ids, counted once',
    events: many(3),
    faults: [{ reset: true, storeFirst: true, times: 1 }],
    states: { accepted: 3 },
    requests: ['3: reset', '3: 200'],
    copies: 2,
  },
  {
    name: 'an answer after the time-out: sent again under the same ids, counted once',
    events: many(3),
    settings: { timeoutMs: 2_500 },
    faults: [{ delayMs: 600_000, storeFirst: true, times: 1 }],
    states: { accepted: 3 },
    requests: ['3: none', '3: 200'],
    copies: 2,
  },
  {
    name: '200 without a body',
    events: many(3),
    faults: [{ status: 200, storeFirst: true, times: 1 }],
    states: { accepted: 3 },
    requests: ['3: 200'],
  },
  {
    name: 'warnings are partial loss of accepted events',
    events: ['good', 'warned', 'good'],
    faults: [],
    states: { accepted: 3 },
    requests: ['3: 200'],
    warned: [1],
  },
  {
    name: 'a 400 whose ten details are all warnings: parts, and nothing is lost',
    events: many(20),
    faults: [{ status: 400, body: validationError(range(0, 10).map(warning)), times: 1 }],
    states: { accepted: 20 },
    requests: ['20: 400', '10: 200', '5: 200', '3: 200', '1: 200', '1: 200'],
  },
  {
    name: 'twelve warnings hide the error of the fifteenth',
    events: [...many(12, 'warned'), 'good', 'good', 'invalid', ...many(5)],
    faults: [],
    states: { accepted: 19, rejected: 1 },
    requests: ['20: 400', '10: 200', '5: 400', '9: 200'],
    ended: { 14: 'rejected: InvalidEventTime' },
    warned: range(0, 12),
  },
  {
    name: 'details of the older shape, without isWarning and errorCode',
    events: many(4),
    faults: [
      {
        status: 400,
        body: validationError([
          { index: 1, propertyName: 'data[1].userData.em', errorMessage: 'Only a warning.' },
          { index: 2, propertyName: 'data[2].eventTime', errorMessage: 'Too old.' },
        ]),
        times: 1,
      },
    ],
    states: { accepted: 3, rejected: 1 },
    requests: ['4: 400', '3: 200'],
    ended: { 2: 'rejected: ValidationError' },
  },
  {
    name: '1,000 events, 37 of them invalid',
    events: range(0, 1_000).map((i) => (THIRTY_SEVEN.has(i) ? 'invalid' : 'good')),
    faults: [],
    states: { accepted: 963, rejected: 37 },
    requests: ['1000: 400', '990: 400', '980: 400', '970: 400', '963: 200'],
    ended: Object.fromEntries([...THIRTY_SEVEN].map((i) => [i, 'rejected: InvalidEventTime'])),
  },
  {
    name: 'a request too large: halves',
    events: many(4),
    faults: [{ status: 413, times: 1 }],
    states: { accepted: 4 },
    requests: ['4: 413', '2: 200', '2: 200'],
  },
  {
    name: 'an event too large: dead',
    events: many(1),
    faults: [{ status: 413 }],
    states: { dead: 1 },
    requests: ['1: 413'],
    ended: { 0: 'dead: TooLarge' },
  },
  {
    name: 'a refusal without a reason ends with the event that causes it',
    events: many(2),
    faults: [{ status: 422, times: 2 }],
    states: { accepted: 1, rejected: 1 },
    requests: ['2: 422', '1: 422', '1: 200'],
    ended: { 0: 'rejected: HTTP422' },
  },
  {
    name: 'older than seven days: never sent',
    events: ['expired', 'good'],
    faults: [],
    states: { accepted: 1, expired: 1 },
    requests: ['1: 200'],
    ended: { 0: 'expired: Expired' },
  },
];
