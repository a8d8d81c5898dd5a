import type { PixelEvent } from '@uet-capi/protocol';
import { attempt } from '../attempt.ts';
import type { Page } from './page.ts';

/** Identifiers kept in this browser; empty without consent. */
export interface Identifiers {
  anonymousId?: string;
  msclkid?: string | undefined;
}

/** The part of a wire event that is known when it happens. */
export type Captured = Omit<PixelEvent, 'consent'>;

/** An event as it happens: its own facts and those of the page around it. `time` in ms. */
export function captureEvent(page: Page, time: number, facts: Partial<Captured>): Captured {
  // What is undefined does not get on the wire.
  return {
    eventType: 'custom',
    eventTime: Math.floor(time / 1000),
    eventSourceUrl: page.url,
    referrerUrl: page.referrer || undefined,
    pageTitle: attempt(() => document.title) || undefined,
    keywords:
      attempt(() => document.querySelector<HTMLMetaElement>('meta[name=keywords i]')!.content) || undefined,
    ...facts,
  } as Captured;
}
