import type { CapiEvent, UserData } from '@uet-capi/protocol';
import type { Memory, NewMemory } from '../store/port.ts';

/**
 * Under which keys a person is remembered, and what: the newest click id and the last decision.
 * A later event that knows only the customer id or an e-mail finds its click through them.
 */

/** The keys of a user, the surest first. */
export function memoryKeys(user: Partial<UserData>): string[] {
  const { anonymousId, externalId, em, ph } = user;
  return [
    anonymousId && `visitor:${anonymousId}`,
    externalId && `customer:${externalId}`,
    em && `em:${em}`,
    ph && `ph:${ph}`,
  ].filter((key): key is string => Boolean(key));
}

/** What is worth remembering of an event that was allowed to be stored. */
export function memoriesOf(event: CapiEvent, site: string, now: number): NewMemory[] {
  const { msclkid } = event.userData;
  return memoryKeys(event.userData).map((key) => ({
    site,
    key,
    consent: 'granted',
    ...(msclkid !== undefined && { msclkid, clickedAt: now }),
  }));
}

/** The newest click id among memories. */
export function newestClick(memories: readonly Memory[]): string | undefined {
  return memories
    .filter((memory) => memory.msclkid !== undefined)
    .sort((a, b) => (b.clickedAt ?? 0) - (a.clickedAt ?? 0))[0]?.msclkid;
}

/** The remembered decision. A refusal under any key counts. */
export function rememberedConsent(memories: readonly Memory[]): Memory['consent'] {
  const decisions = memories.map((memory) => memory.consent);
  return decisions.includes('denied') ? 'denied' : decisions.find((consent) => consent !== undefined);
}
