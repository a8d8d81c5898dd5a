import type { AdsAccount, AdsAnswer, AdsClient } from '../../ads/client.ts';
import { describeFailure } from '../../ads/describe-failure.ts';
import type { ErrorClass } from '../../ads/error-classes.ts';
import type { Upload } from '../../destination-id.ts';
import { StoreUnavailable } from '../../store/unavailable.ts';
import type { Answer, Destination, ProbeAnswer } from '../destination.ts';
import { OPERATIONS } from './operations.ts';
import { type OnBug, readPartialErrors } from './read-partial-errors.ts';

export interface OfflineOptions {
  /** Name of the queue in the store. */
  id: string;
  upload: Upload;
  client: AdsClient;
  /** The account that the goals belong to; undefined while nobody has named it. */
  account: () => Promise<AdsAccount | undefined>;
  onBug: OnBug;
}

/** Items of one request (code 5601 beyond it). */
const MAX_ITEMS = 1_000;

/** Microsoft names no limit; a thousand items have some 400 kB. Bytes. */
const MAX_BYTES = 4_000_000;

const NO_ACCOUNT =
  'no Microsoft Advertising account: run `uet-capi auth login`, or set customerId and accountId';

/** No reason to pause: the store will be there again. */
const ACCOUNT_UNKNOWN: AdsAnswer = {
  kind: 'unknown',
  message: 'The store failed to tell which Microsoft Advertising account was chosen.',
};

/** Anything that can be asked without changing anything; one goal type, as not every account has every type. */
const PROBE = {
  operation: 'ConversionGoals/QueryByIds',
  body: JSON.stringify({
    ConversionGoalIds: null,
    ConversionGoalTypes: 'OfflineConversion',
    ReturnAdditionalFields: null,
  }),
};

/**
 * Uploads to the goals of one account. Calls are counted per user, and restatements of one conversion arrive in
 * their order: one request at a time.
 */
export function createOfflineDestination({
  id,
  upload,
  client,
  account,
  onBug,
}: OfflineOptions): Destination {
  const { operation, list } = OPERATIONS[upload];

  async function call(operation: string, body: string, signal: AbortSignal): Promise<AdsAnswer | string> {
    let whose: AdsAccount | undefined;
    try {
      whose = await account();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return ACCOUNT_UNKNOWN;
    }
    return whose === undefined
      ? NO_ACCOUNT
      : client.call({ service: 'campaign', operation, body, account: whose, signal });
  }

  async function send(wires: readonly string[], signal: AbortSignal): Promise<Answer> {
    const answer = await call(operation, `{"${list}":[${wires.join(',')}]}`, signal);
    if (typeof answer === 'string') return { kind: 'unauthorized', message: answer };
    return readUpload(answer, wires.length, onBug);
  }

  async function probe(signal: AbortSignal): Promise<ProbeAnswer> {
    const answer = await call(PROBE.operation, PROBE.body, signal);
    if (typeof answer === 'string') return { kind: 'bad', message: answer };
    if (answer.kind === 'answered') return { kind: 'good' };
    const stops = readUpload(answer, 0, onBug).kind === 'unauthorized';
    return { kind: stops ? 'bad' : 'unknown', message: describeFailure(answer) };
  }

  return {
    id,
    maxEvents: MAX_ITEMS,
    maxBytes: MAX_BYTES,
    maxInFlight: 1,
    send,
    probe,
    // The client is shared.
    close: () => Promise.resolve(),
  };
}

function readUpload(answer: AdsAnswer, count: number, onBug: OnBug): Answer {
  switch (answer.kind) {
    case 'answered': {
      const read = readPartialErrors(answer.body, count, onBug);
      if (read) return read;
      const message = `HTTP 200 that does not say what became of the items (tracking id ${answer.trackingId})`;
      return { kind: 'unavailable', message, retryAfterMs: undefined };
    }
    case 'unknown':
      return { kind: 'unavailable', message: answer.message, retryAfterMs: undefined };
    case 'no-token': {
      const { why } = answer;
      return why.kind === 'unavailable'
        ? { kind: 'unavailable', message: why.message, retryAfterMs: why.retryAfterMs }
        : { kind: 'unauthorized', message: why.message };
    }
    case 'fault': {
      const message = describeFailure(answer);
      // Of a larger upload the items are asked for in parts; the last one is given up.
      if (answer.class === 'bug' && count === 1) onBug(REQUEST_REFUSED, message);
      return FAULTS[answer.class](message, answer.retryAfterMs);
    }
  }
}

const REQUEST_REFUSED = 'RequestRefused';

const unauthorized = (message: string): Answer => ({ kind: 'unauthorized', message });
const unavailable = (message: string, retryAfterMs: number | undefined): Answer => ({
  kind: 'unavailable',
  message,
  retryAfterMs,
});
/** Nothing was applied, and it will be no better: the item at fault is searched for. */
const refused = (message: string): Answer => ({
  kind: 'refused',
  rejected: [],
  code: REQUEST_REFUSED,
  message,
});

const FAULTS: Record<ErrorClass, (message: string, retryAfterMs: number | undefined) => Answer> = {
  'sign-in': unauthorized,
  config: unauthorized,
  refresh: unauthorized,
  wait: (message, retryAfterMs) => ({ kind: 'throttled', message, retryAfterMs }),
  retry: unavailable,
  // Of an item at fault, which cannot be told from the others: it waits with them.
  goal: unavailable,
  defer: unavailable,
  bug: refused,
  drop: refused,
};
