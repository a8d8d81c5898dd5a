import type { CapiEvent } from '@uet-capi/protocol';

/** A click id in an address, also in one that is itself a parameter, percent-encoded. */
const CLICK_PARAMETER =
  /([?&#;]|%(?:25){0,3}(?:3F|26|23|3B))[\w.-]{0,32}msclkid(?:=|%(?:25){0,3}3D)[^&#;%\s]*(?:&|%(?:25){0,3}26)?/gi;

/**
 * An event of somebody who refused: no click id (also not inside addresses), hashes, IP address or
 * customer id, and a throw-away visitor id, since Microsoft demands one identifier.
 *
 * @param throwaway an id used for this event alone
 */
export function anonymise(event: CapiEvent, throwaway: string): CapiEvent {
  const { msclkid, clientUserAgent } = event.userData;
  return {
    ...withoutClickId(event, msclkid && new RegExp(msclkid.replaceAll('-', '-?'), 'gi')),
    adStorageConsent: 'D',
    userData: { anonymousId: throwaway, ...(clientUserAgent !== undefined && { clientUserAgent }) },
  };
}

/** The value with every text in it cleaned. Events that were judged are four levels deep at most. */
function withoutClickId<T>(value: T, clickId: RegExp | string | undefined): T;
function withoutClickId(value: unknown, clickId: RegExp | string | undefined): unknown {
  if (typeof value === 'string') return cleanText(value, clickId);
  if (Array.isArray(value)) return value.map((entry) => withoutClickId(entry, clickId));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, withoutClickId(field, clickId)]),
  );
}

function cleanText(text: string, clickId: RegExp | string | undefined): string {
  const named = text.replace(CLICK_PARAMETER, '$1');
  const cleaned = clickId ? named.replaceAll(clickId, '') : named;
  return cleaned === text ? text : cleaned.replace(/[?&](?=#|$)/, '');
}
