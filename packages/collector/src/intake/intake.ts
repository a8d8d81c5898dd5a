import type { CapiAnswer, PixelAnswer, PixelEnvelope } from '@uet-capi/protocol';
import type { LaterResult } from './later-result.ts';

/**
 * What the HTTP side asks of the collector: one method a way in. Every method resolves only when
 * what it accepted is durable.
 */
export interface Intake {
  /** `POST /e`. */
  pixel(siteId: string, envelope: PixelEnvelope, client: Client): Promise<PixelIntake | Refusal>;
  /** `GET /e.gif`: a page load of a browser without script. Its result is never shown. */
  noscript(siteId: string, page: NoscriptPage, client: Client): Promise<void>;
  /** `POST /v1/conversions` and `/v1/adjustments` of one site, after the key was checked: a result for each. */
  conversions(
    siteId: string,
    inputs: readonly unknown[],
    receivedAt: number,
  ): Promise<LaterResult[] | Refusal>;
  adjustments(
    siteId: string,
    inputs: readonly unknown[],
    receivedAt: number,
  ): Promise<LaterResult[] | Refusal>;
  /** `POST /v1/{tagId}/events`, after the key was checked: Microsoft's answer. */
  capi(tagId: string, body: unknown, receivedAt: number): Promise<CapiIntake | Refusal>;
}

/** What the HTTP request tells about who sent it. */
export interface Client {
  /** ms. */
  receivedAt: number;
  ip: string | undefined;
  userAgent: string | undefined;
  /** Global Privacy Control (`Sec-GPC: 1`), or the cookie `_uetmsdns=1`: denied, whatever the event says. */
  refuses: boolean;
  /** ISO 3166 alpha-2, upper case, from the header that the operator named. */
  country: string | undefined;
  /** Why the request is taken for a program's, see `ingest/bot.ts`; undefined for a person's. */
  bot: string | undefined;
}

export interface PixelIntake {
  answer: PixelAnswer;
  /** What the visitor's first-party cookies should hold; empty without consent. */
  identity: { anonymousId?: string; msclkid?: string };
}

export interface NoscriptPage {
  url: string;
  referrer?: string;
  title?: string;
}

export interface CapiIntake {
  status: 200 | 400;
  body: CapiAnswer;
}

/** Not now: the queue is full, the disk refuses, or the process is stopping. Nothing was taken. */
export interface Refusal {
  refused: 'busy' | 'stopping';
  /** s. */
  retryAfterS: number;
}
