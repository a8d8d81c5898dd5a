import { z } from 'zod';
import { type CapiEvent, MAX_BATCH_EVENTS } from './event.ts';

/**
 * What the pixel and the collector say to each other at `POST /e`.
 *
 * Only the envelope is validated as a whole. Events (`acceptance.ts`) and reports are judged one by
 * one, so that a bad one never takes a good one with it. It holds as many as a request to Microsoft.
 */

/** Page loads have no other ids (CAPI guide), and what is stored of a report is nothing else. */
const uuid = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i);

/**
 * What a pixel saw of the UET tag on one page load.
 *
 * `tagSentPageLoad` is true only after a `UetEvent` with `evt=pageLoad` of that `mid`; the `mid`
 * alone proves nothing, since the tag creates it before its first beacon.
 */
export const pageReportSchema = z.object({
  pageLoadId: uuid,
  mid: uuid.optional(),
  tagSentPageLoad: z.boolean(),
});

export const pixelEnvelopeSchema = z.object({
  v: z.literal(1),
  /** The visitor's clock when this attempt was sent, ms; missing on deferred beacons. */
  sentAt: z.number().nonnegative().optional(),
  data: z.array(z.unknown()).max(MAX_BATCH_EVENTS),
  /** Each a `PageReport`; what is none is ignored. */
  reports: z.array(z.unknown()).max(MAX_BATCH_EVENTS).optional(),
});

export type PageReport = z.infer<typeof pageReportSchema>;
export type PixelEnvelope = z.infer<typeof pixelEnvelopeSchema>;

/** The visitor's decision about ad storage. */
export type Consent = 'granted' | 'denied';

/**
 * An event as the pixel sends it: Microsoft's, plus the decision in force when it happened. Clear
 * `email` and `phone` appear only where the browser cannot hash (no SubtleCrypto).
 */
export type PixelEvent = Omit<CapiEvent, 'userData' | 'adStorageConsent'> & {
  consent: Consent;
  userData?: CapiEvent['userData'] & { email?: string; phone?: string };
};

/** Why an event was refused. `path` is relative to the event, e.g. `customData.value`. */
export interface FieldError {
  path: string;
  code: string;
  message: string;
}

/** The answer to `POST /e`, always with status 202. */
export interface PixelAnswer {
  accepted: number;
  rejected: { index: number; errors: FieldError[] }[];
}
