import type { PixelEvent } from '@uet-capi/protocol';
import type { ConsentDecision } from '../api.ts';
import { attempt } from '../guard.ts';
import { withoutClickId } from './click-id.ts';
import type { Identity } from './identity.ts';
import type { Page } from './page.ts';

/** Identifiers kept in this browser; empty without consent. */
export interface Identifiers {
  anonymousId?: string;
  msclkid?: string | undefined;
}

/** The part of a wire event that is known when it happens. */
export type Captured = Omit<PixelEvent, 'consent'>;

/** An event as it happens: its own facts and those of the page around it. `time` in ms. */
export function captureEvent(
  eventType: PixelEvent['eventType'],
  page: Page,
  time: number,
  customData: PixelEvent['customData'],
): Captured {
  const keywords = attempt(() => document.querySelector<HTMLMetaElement>('meta[name=keywords i]')!.content);
  // What is undefined does not get on the wire.
  return {
    eventType,
    eventTime: Math.floor(time / 1000),
    eventSourceUrl: page.url,
    referrerUrl: page.referrer || undefined,
    pageTitle: document.title || undefined,
    keywords: keywords || undefined,
    customData,
  } as Captured;
}

/** The event as it goes out, with what was decided meanwhile; without consent, nothing of the visitor. */
export function signEvent(
  event: Captured,
  page: Page,
  consent: ConsentDecision,
  identifiers: Identifiers,
  who: Identity,
): PixelEvent {
  const signed = { eventId: page.id, ...event, pageLoadId: page.id, consent, userData: { ...identifiers } };
  if (consent === 'granted') {
    // Inherited fields too, which a spread leaves out.
    for (const field in who) Object.assign(signed.userData, { [field]: who[field as keyof Identity] });
  } else {
    signed.eventSourceUrl = withoutClickId(page.url);
    signed.referrerUrl = withoutClickId(page.referrer);
  }
  return signed as PixelEvent;
}
