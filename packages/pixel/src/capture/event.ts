import type { PixelEvent } from '@uet-capi/protocol';
import type { ConsentDecision } from '../api.ts';
import { attempt } from '../guard.ts';
import { withoutClickId } from './click-id.ts';
import type { Identity } from './identity.ts';
import type { Page } from './page.ts';
import type { CustomData } from './params.ts';

/** What was captured when it happened; ids and consent are decided when it is let go. */
export interface Captured {
  type: 'custom' | 'pageLoad';
  name?: string;
  /** A page load takes its page's id. */
  id?: string;
  /** The id is the transaction's: the same sale must not go out twice. */
  once?: boolean;
  /** Whole seconds since 1970. */
  time: number;
  page: Page;
  title: string;
  keywords?: string | undefined;
  who: Identity;
  data: CustomData;
}

/** Title and keywords of the document as it is now. */
export function describeDocument(): Pick<Captured, 'title' | 'keywords'> {
  const meta = attempt(() => document.querySelector<HTMLMetaElement>('meta[name="keywords" i]')?.content);
  return { title: document.title, keywords: meta };
}

/** The wire event, with the visitor's identifiers when consent is granted and without any else. */
export function buildEvent(
  { type, name, id, time, page, title, keywords, who, data }: Captured,
  consent: ConsentDecision,
  ids: { anonymousId?: string; msclkid?: string | undefined },
): PixelEvent {
  const granted = consent === 'granted';
  const clean = granted ? (url: string) => url : withoutClickId;
  const userData: Record<string, unknown> = {};
  if (granted) {
    Object.assign(userData, ids);
    // Inherited fields too.
    for (const field in who) userData[field] = who[field as keyof Identity];
  }
  // What is undefined or empty does not get on the wire.
  return {
    eventType: type,
    eventId: id || page.id,
    eventName: name,
    eventTime: time,
    eventSourceUrl: clean(page.url),
    pageLoadId: page.id,
    referrerUrl: clean(page.referrer) || undefined,
    pageTitle: title || undefined,
    keywords: keywords || undefined,
    consent,
    userData,
    customData: data,
  } as PixelEvent;
}
