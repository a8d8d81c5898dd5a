import { createHash } from 'node:crypto';

/** What a goal is told of one conversion. */
export interface ConversionFacts {
  /** Name of the goal. */
  goal: string;
  /** When it happened, ms. */
  time: number;
  value: number | undefined;
  currency: string | undefined;
  /** As it stood in the address; any form that Microsoft may have given it. */
  msclkid: string | undefined;
  /** SHA-256 in lower-case hex. */
  em: string | undefined;
  ph: string | undefined;
}

/** Microsoft keeps three decimals. */
const DECIMALS = 3;

export function roundedValue(value: number): number {
  return Number(value.toFixed(DECIMALS));
}

/**
 * One item of `OfflineConversions/Apply`, as it is stored and sent: the same bytes at every try, since
 * Microsoft knows a conversion by goal, time, click id and hashes, and ignores what it knows.
 * What is absent is left out: an empty currency or click id is an error there.
 */
export function conversionItem(facts: ConversionFacts): string {
  const { goal, time, value, currency, msclkid, em, ph } = facts;
  return JSON.stringify({
    ConversionName: goal,
    ConversionTime: wholeSeconds(time),
    ...(value !== undefined && { ConversionValue: roundedValue(value) }),
    ...(currency !== undefined && { ConversionCurrencyCode: currency }),
    ...(msclkid !== undefined && { MicrosoftClickId: msclkid }),
    ...(em !== undefined && { HashedEmailAddress: em }),
    ...(ph !== undefined && { HashedPhoneNumber: ph }),
  });
}

/** UTC without fractions: which precision Microsoft compares is not known, so there is none to lose. */
export function wholeSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+/, '');
}

/**
 * The click id as auto-tagging writes it into addresses: without the dashes of what is remembered, or of what
 * was copied from a CRM. Everything else stays as it came, and Microsoft decides.
 */
export function asWritten(msclkid: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(msclkid) ? msclkid.replaceAll('-', '') : msclkid;
}

/** A short name for a content: two corrections with the same one are one. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
