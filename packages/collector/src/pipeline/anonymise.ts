import type { CapiEvent } from '@uet-capi/protocol';
import type { ClickParameter } from './click-parameter.ts';

/**
 * An event of somebody who refused: no click id (also not inside addresses), hashes, IP address or
 * customer id, and a throw-away visitor id, since Microsoft demands one identifier.
 *
 * @param throwaway an id used for this event alone
 */
export function anonymise(event: CapiEvent, throwaway: string, clickParameter: ClickParameter): CapiEvent {
  const { msclkid, clientUserAgent } = event.userData;
  const clickId = msclkid && new RegExp(msclkid.replaceAll('-', '-?'), 'gi');
  const clean = (text: string) => {
    const unnamed = clickParameter.remove(text);
    return clickId ? unnamed.replaceAll(clickId, '') : unnamed;
  };
  return {
    ...mapTexts(event, clean),
    adStorageConsent: 'D',
    userData: { anonymousId: throwaway, ...(clientUserAgent !== undefined && { clientUserAgent }) },
  };
}

/** The value with every text in it cleaned. Events that were judged are four levels deep at most. */
function mapTexts<T>(value: T, clean: (text: string) => string): T;
function mapTexts(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((entry) => mapTexts(entry, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, mapTexts(field, clean)]));
}
