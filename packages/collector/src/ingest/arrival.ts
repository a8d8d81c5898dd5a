import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Config, Site } from '../config/config.ts';
import { VERSION } from '../version.ts';
import { json } from './answers.ts';
import { identityCookies } from './cookies.ts';
import { corsHeaders } from './cors.ts';
import type { Answer } from './exchange.ts';
import type { OriginVerdict } from './origin.ts';
import type { OwnAddress } from './own-address.ts';

/**
 * How a request of a browser looks once it has come through proxies, told to who shows that they know
 * a secret of the config: at `POST /e`, the way that every event takes. The doctor asks.
 */

/** Bears the pass. */
export const PASS_HEADER = 'x-capi-arrival';

/** A pass is for one look; it may be seen by proxies on its way. ms. */
const PASS_MS = 300_000;

export const arrivalSchema = z.object({
  /** Of the collector that answers. */
  version: z.string(),
  tagId: z.string(),
  /** Whether pages of this origin may send events. */
  allowed: z.boolean(),
  /** What is taken for the visitor's address. */
  ip: z.string().optional(),
  /** What is taken for the collector's own name, and whether it is thought to be https. */
  hostname: z.string().optional(),
  secure: z.boolean(),
});

export type Arrival = z.output<typeof arrivalSchema>;

/** Stand for a visitor's ids, so that the cookies can be looked at. */
const NOBODY = { anonymousId: 'doctor', msclkid: '00000000-0000-4000-8000-000000000000' };

/** What passes of a site are signed with; undefined: without a secret there are none. */
export function passKey({ token }: Pick<Site, 'token'>, { adminToken }: Pick<Config, 'adminToken'>) {
  return token ?? adminToken;
}

/** @param now ms */
export function issuePass(key: string, now: number): string {
  const end = (now + PASS_MS).toString(36);
  return `${end}.${signatureOf(key, end).toString('base64url')}`;
}

/** @param given the header, as it came */
export function isPass(key: string | undefined, given: string | undefined, now: number): boolean {
  if (key === undefined || given === undefined) return false;
  const [, end, signature] = /^([\da-z]{1,11})\.([\w-]{43})$/.exec(given) ?? [];
  if (end === undefined || signature === undefined) return false;
  const until = Number.parseInt(end, 36);
  const isOurs = timingSafeEqual(Buffer.from(signature, 'base64url'), signatureOf(key, end));
  return isOurs && until > now && until <= now + 2 * PASS_MS;
}

/** In place of what `/e` answers a browser: as far as headers go, the same. */
export function answerArrival(
  { tagId }: Pick<Site, 'tagId'>,
  origin: string | undefined,
  verdict: OriginVerdict,
  ip: string | undefined,
  own: OwnAddress,
): Answer {
  const { hostname, secure } = own;
  const arrival: Arrival = { version: VERSION, tagId, allowed: verdict.allowed, ip, hostname, secure };
  const cookies = verdict.allowed && verdict.sameSite ? identityCookies(NOBODY, own) : [];
  return json(verdict.allowed ? 202 : 403, arrival, {
    ...corsHeaders(verdict.allowed ? origin : undefined),
    ...(cookies.length > 0 && { 'Set-Cookie': cookies }),
  });
}

function signatureOf(key: string, end: string): Buffer {
  return createHmac('sha256', key).update(`uet-capi arrival ${end}`).digest();
}
