import { isRecord } from '@uet-capi/protocol';
import { Pool } from 'undici';
import { failureName, firstValue, readText, shorten } from '../destinations/answer-text.ts';
import { readRetryAfter } from '../destinations/retry-after.ts';
import type { AccessTokens, TokenResult } from './access-tokens.ts';
import { type ApiError, type ErrorClass, requestClass } from './error-classes.ts';
import { readFault } from './read-fault.ts';

/** Whose goals and conversions are meant. Ids, not the account's number. */
export interface AdsAccount {
  customerId: string;
  accountId: string;
}

export type AdsService = 'campaign' | 'customer';

export interface AdsCall {
  service: AdsService;
  /** After the version: `OfflineConversions/Apply`. */
  operation: string;
  /** JSON. */
  body: string;
  /** Campaign Management needs it, Customer Management must not have it. */
  account?: AdsAccount;
  signal: AbortSignal;
}

export type AdsAnswer =
  /** Status 200: `body` says what became of it. */
  | { kind: 'answered'; body: Record<string, unknown>; trackingId: string | undefined }
  /** Refused as a whole; nothing was processed. */
  | {
      kind: 'fault';
      class: ErrorClass;
      errors: readonly ApiError[];
      /** One line for the operator. */
      message: string;
      retryAfterMs: number | undefined;
    }
  /** No token: see `TokenResult`. */
  | { kind: 'no-token'; why: Exclude<TokenResult, { kind: 'good' }> }
  /** No answer that can be read: it may have been processed. */
  | { kind: 'unknown'; message: string };

export interface AdsClient {
  call(call: AdsCall): Promise<AdsAnswer>;
  close(): Promise<void>;
}

export interface AdsClientOptions {
  /** Base URL of all services; undefined: Microsoft's, one host for each. */
  url: string | undefined;
  developerToken: string;
  accessTokens: AccessTokens;
}

/** Microsoft Advertising API, version 13, REST. */
const HOSTS: Record<AdsService, string> = {
  campaign: 'https://campaign.api.bingads.microsoft.com',
  customer: 'https://clientcenter.api.bingads.microsoft.com',
};
const PATHS: Record<AdsService, string> = {
  campaign: '/CampaignManagement/v13/',
  customer: '/CustomerManagement/v13/',
};

/** A thousand errors of a thousand items are below a megabyte; reports of many goals too. Bytes. */
const MAX_ANSWER_BYTES = 10_000_000;

/** After "too many calls" (117) none is made for so long at least, ms. No `Retry-After` is documented. */
const THROTTLED_MS = 60_000;

type Fault = Extract<AdsAnswer, { kind: 'fault' }>;

/**
 * One client for all accounts of a sign-in. An expired token is renewed, and the call repeated once. Calls are counted
 * per user, also those that are made too soon: while there were too many, the answer that said so stands for all.
 */
export function createAdsClient({ url, developerToken, accessTokens }: AdsClientOptions): AdsClient {
  const pools = new Map<string, Pool>();
  let throttled: { fault: Fault; until: number } | undefined;
  const poolOf = (origin: string) => {
    const pool = pools.get(origin) ?? new Pool(origin, { allowH2: false });
    pools.set(origin, pool);
    return pool;
  };

  async function send(
    token: string,
    { service, operation, body, account, signal }: AdsCall,
  ): Promise<AdsAnswer> {
    const base = new URL(url ?? HOSTS[service]);
    try {
      const answer = await poolOf(base.origin).request({
        method: 'POST',
        path: base.pathname.replace(/\/+$/, '') + PATHS[service] + operation,
        headers: {
          authorization: `Bearer ${token}`,
          developertoken: developerToken,
          'content-type': 'application/json',
          accept: 'application/json',
          // Without it any encoding is welcome (RFC 9110, 12.5.3), and what is compressed cannot be read.
          'accept-encoding': 'identity',
          ...(account && { customerid: account.customerId, customeraccountid: account.accountId }),
        },
        body,
        signal,
      });
      const text = (await readText(answer.body, MAX_ANSWER_BYTES))
        .replaceAll(token, '[token]')
        .replaceAll(developerToken, '[token]');
      return read(answer.statusCode, answer.headers, text);
    } catch (error) {
      return { kind: 'unknown', message: `No answer from ${base.host}: ${failureName(error, signal)}.` };
    }
  }

  async function sendPaced(token: string, call: AdsCall): Promise<AdsAnswer> {
    const restMs = throttled ? Math.ceil(throttled.until - performance.now()) : 0;
    if (throttled && restMs > 0) return { ...throttled.fault, retryAfterMs: restMs };
    const answer = await send(token, call);
    if (answer.kind !== 'fault' || answer.class !== 'wait') return answer;
    const retryAfterMs = Math.max(answer.retryAfterMs ?? 0, THROTTLED_MS);
    const fault = { ...answer, retryAfterMs };
    throttled = { fault, until: performance.now() + retryAfterMs };
    return fault;
  }

  return {
    async call(call) {
      const first = await accessTokens.get(call.signal);
      if (first.kind !== 'good') return { kind: 'no-token', why: first };
      const answer = await sendPaced(first.token, call);
      if (answer.kind !== 'fault' || answer.class !== 'refresh') return answer;
      const second = await accessTokens.renew(first.token, call.signal);
      if (second.kind !== 'good') return { kind: 'no-token', why: second };
      const again = await sendPaced(second.token, call);
      // A fresh token is refused too: then it is not the token's age.
      return again.kind === 'fault' && again.class === 'refresh' ? { ...again, class: 'sign-in' } : again;
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

type Headers = Record<string, string | string[] | undefined>;

function read(status: number, headers: Headers, text: string): AdsAnswer {
  const body = parse(text);
  const trackingId = firstValue(headers.trackingid);
  if (status === 200) {
    if (isRecord(body)) return { kind: 'answered', body, trackingId };
    return { kind: 'unknown', message: `HTTP 200 without JSON${traced(trackingId)}` };
  }
  const { errors, trackingId: told } = readFault(body);
  const said = errors
    .map(({ code, name, message }) => [code, name, message].filter(Boolean).join(' '))
    .join('; ');
  return {
    kind: 'fault',
    class: requestClass(errors, status),
    errors,
    message: shorten(`HTTP ${status}${said && `: ${said}`}`) + traced(told ?? trackingId),
    retryAfterMs: readRetryAfter(firstValue(headers['retry-after']), Date.now()),
  };
}

/** What Microsoft's support asks for. */
function traced(trackingId: string | undefined): string {
  return trackingId === undefined ? '' : ` (tracking id ${shorten(trackingId)})`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
