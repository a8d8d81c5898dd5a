import { bareClickId } from '@uet-capi/protocol';
import { z } from 'zod';
import type { Goal } from '../config/ads-schema.ts';
import type { Site } from '../config/config.ts';
import { AHEAD_ALLOWANCE_MS } from '../pipeline/clock.ts';
import { hashEmail, hashPhone } from '../pipeline/identify.ts';
import { MAX_ID_CHARS } from '../pipeline/limits.ts';
import { memoryKeys, newestClick, rememberedConsent } from '../pipeline/memory.ts';
import {
  goalEvent,
  knownClick,
  type LaterConversion,
  MAX_CONVERSION_AGE_MS,
} from '../pipeline/offline/goal-events.ts';
import { scrubId } from '../pipeline/scrub/scrub.ts';
import { isStorable } from '../storable-text.ts';
import type { Memory, NewEvent, Source } from '../store/port.ts';
import type { Refusal } from './intake.ts';
import type { IntakeEvents } from './intake-events.ts';
import { flawsOf, givenOf, type LaterResult, refuse, storedAs } from './later-result.ts';
import type { Storage } from './storage.ts';

const NO_IDENTITY = 'must not contain an e-mail address, phone number or token';
const isClean = (text: string) => scrubId(text) === text;
const NOT_STORABLE = 'must not contain null characters or halves of a surrogate pair';

/** Somebody's own id of something, a number too. Larger ones have lost digits, and with them who they are. */
export const idSchema = z
  .union(
    [z.string().min(1).max(MAX_ID_CHARS), z.custom<number>(Number.isSafeInteger)],
    `must be a text of 1 to ${MAX_ID_CHARS} characters, or a whole number of at most 2^53`,
  )
  .transform(String)
  .refine(isStorable, NOT_STORABLE)
  .refine(isClean, NO_IDENTITY);
const text = z.string().min(1).max(MAX_ID_CHARS);

/** Microsoft's longest name of a goal, characters. */
const MAX_GOAL_CHARS = 100;
export const goalNameSchema = z
  .string()
  .min(1)
  .max(MAX_GOAL_CHARS)
  .refine(isStorable, NOT_STORABLE)
  .refine(isClean, NO_IDENTITY);

const MUST_BE_MOMENT = 'must be ISO 8601 with a zone, such as 2026-08-20T10:15:30Z';

/** A moment with its zone; ms. */
export const momentSchema = z
  .string(MUST_BE_MOMENT)
  .transform(inFull)
  .pipe(z.iso.datetime({ offset: true, error: MUST_BE_MOMENT }))
  .transform((value) => Date.parse(value));

/** What ISO 8601 lets one leave out: seconds, and the colon (Salesforce, PHP) or the minutes of the zone. */
function inFull(moment: string): string {
  return moment
    .replace(/(T\d\d:\d\d)(?=[Z+-])/, '$1:00')
    .replace(/(?<=T.*)([+-]\d\d):?(\d\d)?$/, (_, hours, minutes = '00') => `${hours}:${minutes}`);
}

/** Microsoft's largest value. */
const MAX_VALUE = 999_999_999_999;
export const valueSchema = z.number().min(0).max(MAX_VALUE);

/** In any case. */
export const currencySchema = z
  .string()
  .regex(/^[a-z]{3}$/i, 'must be an ISO 4217 code such as EUR')
  .toUpperCase();

/** What Microsoft has been seen to take for a click id; it decides itself. */
const msclkid = z
  .string()
  .transform(bareClickId)
  .pipe(z.string().regex(/^[\w-]{20,64}$/, 'must be a Microsoft click id'));

const conversionSchema = z
  .object({
    /** Your own id of the conversion: a copy changes nothing, and corrections name it. */
    id: idSchema,
    /** Name of an event that `goals` maps; or `goal`. */
    event: text.optional(),
    /** Name of an offline goal, mapped or not. */
    goal: goalNameSchema.optional(),
    time: momentSchema,
    value: valueSchema.optional(),
    currency: currencySchema.optional(),
    msclkid: msclkid.optional(),
    email: text.optional(),
    em: text.optional(),
    phone: text.optional(),
    ph: text.optional(),
    externalId: idSchema.optional(),
    anonymousId: idSchema.optional(),
  })
  .refine(({ event, goal }) => (event === undefined) !== (goal === undefined), {
    path: ['event'],
    message: 'either event or goal must be given',
  });

export type ConversionInput = z.input<typeof conversionSchema>;
type Conversion = z.output<typeof conversionSchema>;

export interface ConversionFacts {
  site: Site;
  source: Source;
  /** ms. */
  now: number;
}

interface Readable {
  conversion: Conversion;
  goals: readonly Goal[];
  person: Pick<LaterConversion, 'em' | 'ph' | 'keys'>;
}

/** A goal that was named and has no mapping. */
const UNMAPPED: Omit<Goal, 'goal' | 'event'> = {
  kind: 'offline',
  send: 'all',
  enabled: true,
  value: 'event',
};

/**
 * What became true later: `POST /v1/conversions`, `collector.conversions.upload`. Each by itself, one
 * result each, in order.
 */
export async function takeConversions(
  inputs: readonly unknown[],
  facts: ConversionFacts,
  storage: Storage,
  { onEvent }: IntakeEvents,
): Promise<LaterResult[] | Refusal> {
  const read = inputs.map((input, index) => readConversion(input, index, facts));
  const keys = [...new Set(read.flatMap((one) => ('person' in one ? one.person.keys : [])))];
  const memories = keys.length > 0 ? await storage.recall(facts.site.id, keys) : [];
  if ('refused' in memories) return memories;
  const remembered = new Map(memories.map((memory) => [memory.key, memory]));

  const rows = read.map((one) => ('person' in one ? rowsOf(one, remembered, facts) : []));
  const all = rows.flat();
  const stored = all.length > 0 ? await append(all, facts, storage) : [];
  if ('refused' in stored) return stored;
  let next = 0;
  return read.map((one, index) => {
    const count = rows[index]!.length;
    next += count;
    const result = 'person' in one ? storedAs(index, stored.slice(next - count, next)) : one;
    onEvent(facts, result.status, result.errors?.[0]?.code);
    return result;
  });
}

function append(events: NewEvent[], { now }: ConversionFacts, storage: Storage) {
  return storage.append({ now, events, memories: [], withdrawals: [], tagPageLoads: [] });
}

function readConversion(
  input: unknown,
  index: number,
  { site, now }: ConversionFacts,
): Readable | LaterResult {
  const parsed = conversionSchema.safeParse(givenOf(input));
  if (!parsed.success) return { index, status: 'rejected', errors: flawsOf(parsed.error) };
  const conversion = parsed.data;
  const { time, email, em = email, phone, ph = phone } = conversion;
  if (time > now + AHEAD_ALLOWANCE_MS) {
    return refuse(index, 'time', 'TimeInFuture', 'must not be in the future');
  }
  if (now - time >= MAX_CONVERSION_AGE_MS) {
    return refuse(
      index,
      'time',
      'TimeTooOld',
      'must not be older than 90 days: Microsoft takes nothing older',
    );
  }
  const goals = goalsOf(conversion, site);
  if (goals.length === 0) {
    return refuse(index, 'event', 'NoGoal', 'no offline goal is mapped to this event: see the setting goals');
  }
  const user = {
    anonymousId: conversion.anonymousId,
    externalId: conversion.externalId,
    em: em === undefined ? undefined : hashEmail(em),
    ph: ph === undefined ? undefined : hashPhone(ph, site.phoneCountry),
  };
  const keys = memoryKeys(user);
  if (keys.length === 0 && conversion.msclkid === undefined) {
    const message =
      'nobody is named: msclkid, email, em, phone (with its country code), ph, externalId or anonymousId is needed';
    return refuse(index, '', 'NoIdentifier', message);
  }
  return { conversion, goals, person: { em: user.em, ph: user.ph, keys } };
}

/** Those that are on; a goal that was switched off takes nothing, however it is named. */
function goalsOf({ event, goal }: Conversion, { goals }: Site): Goal[] {
  const offline = goals.filter(({ kind, adjust }) => kind === 'offline' && adjust === undefined);
  const named = offline.filter((one) => (goal === undefined ? one.event === event : one.goal === goal));
  if (goal !== undefined && named.length === 0) return [{ ...UNMAPPED, event: '', goal }];
  const enabled = named.filter((one) => one.enabled);
  // Named by its goal, it goes there once, whatever number of events feed it.
  return goal === undefined ? enabled : enabled.slice(0, 1);
}

function rowsOf(
  { conversion, goals, person }: Readable,
  remembered: ReadonlyMap<string, Memory>,
  { site, source, now }: ConversionFacts,
): NewEvent[] {
  const memories = person.keys.flatMap((key) => remembered.get(key) ?? []);
  const denied = (rememberedConsent(memories) ?? site.consent.server) === 'denied';
  // Without consent there is nothing that Microsoft could match: no form of it is stored.
  if (denied) return [];
  const { id, time, value, currency } = conversion;
  const click =
    conversion.msclkid === undefined
      ? knownClick(newestClick(memories, now))
      : { msclkid: conversion.msclkid, clickedAt: undefined };
  // By the clock of its server it may be a little ahead, which Microsoft refuses: it happened now.
  const later: LaterConversion = { id, time: Math.min(time, now), value, currency, click, ...person };
  return goals.map((goal) => goalEvent(later, goal, { site, source, now, notes: [] }));
}
