import type { Site } from '../config/config.ts';
import type { TrackEvent } from './track.ts';

/** The event of `uet-capi send-test`: in Microsoft's reports it is known by this. */
export const SENT_TEST_NAME = 'uet_capi_test';

/** What an operator may choose of an event that tries things out. */
export interface TestEvent {
  name: string;
  value?: number | undefined;
  currency?: string | undefined;
  pageUrl?: string | undefined;
}

/**
 * An event that cannot pass for anybody's: its ids say what it is, so that it takes no key of a real
 * order and meets no visitor.
 */
export function buildTestEvent(
  { name, value, currency, pageUrl }: TestEvent,
  id: string,
): TrackEvent & { eventId: string } {
  return {
    eventType: 'custom',
    eventName: name,
    eventId: `test-${id}`,
    adStorageConsent: 'G',
    userData: { anonymousId: `test-${id}` },
    ...(pageUrl !== undefined && { eventSourceUrl: pageUrl }),
    ...(value !== undefined && { customData: { value, ...(currency !== undefined && { currency }) } }),
  };
}

/** The site as tests see it: nothing of it is for Microsoft, neither now nor later. */
export function inTestMode(site: Site): Site {
  return { ...site, mode: 'test', goals: [] };
}
