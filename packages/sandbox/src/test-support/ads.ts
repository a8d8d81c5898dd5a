import { expect } from 'vitest';
import type { Sandbox } from '../sandbox.ts';
import { post, type Reply } from './capi.ts';

export const CLICK_ID = '0123456789abcdef0123456789abcdef';
export const ACCOUNT = '300001';
export const CUSTOMER = '200001';
export const LEAD = 'Qualified lead';
export const SALE = 'Phone sale';
export const EMAIL_HASH = 'ec81f3ac7b2b19675bab9d54cf416f9f18cff87c97da5cca82c0f0891bc40602';
export const PHONE_HASH = 'c59475d96e9f01d7d18d06cfad84dd02333207f02c0c2c5663ef2782cda0390e';

const HEADERS = {
  authorization: 'Bearer sandbox-access-token',
  developertoken: 'sandbox-developer-token',
  customerid: CUSTOMER,
  customeraccountid: ACCOUNT,
  'content-type': 'application/json',
};

export type Headers = Record<string, string | undefined>;

/** Calls an operation of Campaign Management; a header given as undefined is left out. */
export function call(
  sandbox: Sandbox,
  path: string,
  body: unknown,
  headers: Headers = {},
  method = 'POST',
): Promise<Reply> {
  const all = Object.entries({ ...HEADERS, ...headers }).filter(([, value]) => value !== undefined);
  const full = path.startsWith('/') ? path : `/CampaignManagement/v13/${path}`;
  return post(sandbox, body, {
    path: full,
    method,
    headers: Object.fromEntries(all) as Record<string, string>,
  });
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** So long before now, as the API wants it. */
export const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

/** A valid conversion, with changes. */
export function conversion(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ConversionName: LEAD,
    ConversionTime: ago(HOUR_MS),
    ConversionValue: 149.95,
    ConversionCurrencyCode: 'EUR',
    MicrosoftClickId: CLICK_ID,
    ...changes,
  };
}

/** A valid adjustment of it, with changes. */
export function adjustment(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    AdjustmentType: 'Restate',
    AdjustmentTime: ago(HOUR_MS / 2),
    AdjustmentValue: 99.95,
    AdjustmentCurrencyCode: 'EUR',
    ConversionName: LEAD,
    ConversionTime: ago(HOUR_MS),
    MicrosoftClickId: CLICK_ID,
    ...changes,
  };
}

export const apply = (sandbox: Sandbox, ...OfflineConversions: unknown[]) =>
  call(sandbox, 'OfflineConversions/Apply', { OfflineConversions });
export const adjust = (sandbox: Sandbox, ...OfflineConversionAdjustments: unknown[]) =>
  call(sandbox, 'OfflineConversionAdjustments/Apply', { OfflineConversionAdjustments });

interface PartialError {
  Index: number;
  Code: number;
  ErrorCode: string;
}

/** `[index, code]` of each partial error, in order; names instead of the invented numbers. */
export function errorsOf({ status, body }: Reply): [number, number | string][] {
  expect(status).toBe(200);
  const errors: PartialError[] = body.PartialErrors;
  return errors
    .map(({ Index, Code, ErrorCode }): [number, number | string] => [
      Index,
      Code >= 990_000 ? ErrorCode : Code,
    ])
    .sort((a, b) => a[0] - b[0] || String(a[1]).localeCompare(String(b[1])));
}

/** The codes of a fault, from wherever its kind lists them. */
export function faultOf({ status, body }: Reply): unknown[] {
  const errors = body.Errors ?? body.OperationErrors;
  return [status, body.Type, ...errors.map(({ Code }: { Code: number }) => Code)];
}
