import { z } from 'zod';

/**
 * One event as Microsoft's Conversions API takes it, and the request around it.
 *
 * Source: Microsoft Advertising guide "UET Conversions API integration" (edition of August 2026).
 * These schemas describe a *correct* event, the form that the collector stores and sends. What
 * Microsoft does with an incorrect one is `acceptance.ts`.
 */

/** Microsoft takes at most this many events in one request (guide). */
export const MAX_BATCH_EVENTS = 1_000;

/** Microsoft refuses an event older than this: seven days, in seconds (guide). */
export const MAX_EVENT_AGE_S = 604_800;

export const EVENT_TYPES = ['pageLoad', 'custom'] as const;

export const PAGE_TYPES = [
  'cart',
  'category',
  'home',
  'other',
  'product',
  'purchase',
  'searchresults',
] as const;

/** Fields of `userData` of which an event needs at least one (guide, August 2026). */
export const IDENTIFIERS = ['anonymousId', 'externalId', 'em', 'ph', 'msclkid', 'idfa', 'gaid'] as const;

const text = z.string().min(1);
const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const dashedUuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
const isoDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

export const itemSchema = z.object({
  id: text.optional(),
  name: text.optional(),
  price: z.number().optional(),
  quantity: z.int().optional(),
});

export const hotelDataSchema = z.object({
  totalPrice: z.number().optional(),
  basePrice: z.number().optional(),
  checkinDate: isoDate.optional(),
  checkoutDate: isoDate.optional(),
  lengthOfStay: z.int().optional(),
  partnerHotelId: text.optional(),
  bookingHref: text.optional(),
});

export const customDataSchema = z.object({
  eventCategory: text.optional(),
  eventLabel: text.optional(),
  /** The goal's value (`ev` of the browser tag). */
  eventValue: z.number().optional(),
  /** Variable revenue (`gv` of the browser tag), in units of `currency`. */
  value: z.number().optional(),
  /** ISO 4217, upper case. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  transactionId: text.optional(),
  searchTerm: text.optional(),
  items: z.array(itemSchema).optional(),
  itemIds: z.array(text).optional(),
  pageType: z.enum(PAGE_TYPES).optional(),
  ecommTotalValue: z.number().optional(),
  ecommCategory: text.optional(),
  hotelData: hotelDataSchema.optional(),
});

export const userDataSchema = z.object({
  /** Visitor id; equal to the `vid` of the ID-sync pixel. */
  anonymousId: text.optional(),
  /** The site's own anonymised customer id, never a real one. */
  externalId: text.optional(),
  /** SHA-256 hex of the normalised e-mail, see `identity.ts`. */
  em: sha256Hex.optional(),
  /** SHA-256 hex of the E.164 number with its `+`, see `identity.ts`. */
  ph: sha256Hex.optional(),
  /** Click id as a dashed lower-case UUID, see `click-id.ts`. */
  msclkid: dashedUuid.optional(),
  clientIpAddress: text.optional(),
  clientUserAgent: text.optional(),
  idfa: text.optional(),
  gaid: text.optional(),
});

export const capiEventSchema = z.object({
  eventType: z.enum(EVENT_TYPES),
  eventId: text.optional(),
  eventName: text.optional(),
  /** When it happened: whole seconds since 1970, UTC. */
  eventTime: z.int(),
  eventSourceUrl: text.optional(),
  /** The page load that the event belongs to: a v4 UUID, the UET tag's `mid`. */
  pageLoadId: text.optional(),
  referrerUrl: text.optional(),
  pageTitle: text.optional(),
  keywords: text.optional(),
  /** `G` granted, `D` denied. Microsoft reads a missing value as granted. */
  adStorageConsent: z.enum(['G', 'D']).optional(),
  userData: userDataSchema,
  customData: customDataSchema.optional(),
});

export type Item = z.infer<typeof itemSchema>;
export type HotelData = z.infer<typeof hotelDataSchema>;
export type CustomData = z.infer<typeof customDataSchema>;
export type UserData = z.infer<typeof userDataSchema>;
export type CapiEvent = z.infer<typeof capiEventSchema>;

/** The request body of `POST /v1/{tagId}/events`. */
export interface CapiRequest {
  data: CapiEvent[];
  continueOnValidationError?: boolean;
  dataProvider?: string;
}

/** True for a plain JSON object: not null, not a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
