import type { Consent, UserData } from '@uet-capi/protocol';
import type { Memory, NewMemory, PersonKey } from '../store/port.ts';

/**
 * Under which keys a person is remembered, and what: the newest click id and the last decision.
 * A later event that knows only the customer id or an e-mail finds its click through them.
 */

/** As long as Microsoft and its tag keep a click id: 90 days, ms. */
const CLICK_LIFE_MS = 90 * 86_400_000;

export interface Click {
  /** Dashed lower-case UUID. */
  msclkid: string;
  /** When it was last seen with its visitor, ms. */
  clickedAt: number;
}

/** The keys of a user, the surest first. */
export function memoryKeys(user: Partial<UserData>): PersonKey[] {
  const { anonymousId, externalId, em, ph } = user;
  const keys: PersonKey[] = [];
  if (anonymousId) keys.push(`visitor:${anonymousId}`);
  if (externalId) keys.push(`customer:${externalId}`);
  if (em) keys.push(`em:${em}`);
  if (ph) keys.push(`ph:${ph}`);
  return keys;
}

/**
 * What an event tells about its user, under each key. A decision is only what somebody has said:
 * where the site's setting stood in for it, there is none to remember.
 */
export function memoriesOf(
  user: UserData,
  site: string,
  { consent, click }: { consent: Consent | undefined; click: Click | undefined },
): NewMemory[] {
  if (consent === undefined && click === undefined) return [];
  return memoryKeys(user).map((key) => ({ site, key, ...(consent && { consent }), ...click }));
}

/**
 * Of those in a row that say the same of the same key only the newest: the ten events of a visit tell
 * one thing, and each memory is a row to look at.
 */
export function withoutRepetition(memories: readonly NewMemory[]): NewMemory[] {
  if (memories.length < 2) return [...memories];
  const kept: NewMemory[] = [];
  const positions = new Map<string, number>();
  for (const memory of memories) {
    const { site, key, consent, msclkid, clickedAt = 0 } = memory;
    const position = positions.get(key) ?? kept.length;
    const said = kept[position];
    if (said?.site === site && said.consent === consent && said.msclkid === msclkid) {
      if (clickedAt > (said.clickedAt ?? 0)) kept[position] = memory;
      continue;
    }
    positions.set(key, kept.length);
    kept.push(memory);
  }
  return kept;
}

/** The newest click among memories that is not too old at `now` (ms). */
export function newestClick(memories: readonly Memory[], now: number): Click | undefined {
  return memories
    .flatMap(({ msclkid, clickedAt = 0 }) => (msclkid === undefined ? [] : [{ msclkid, clickedAt }]))
    .filter(({ clickedAt }) => now - clickedAt <= CLICK_LIFE_MS)
    .sort((a, b) => b.clickedAt - a.clickedAt)[0];
}

/** The remembered decision. A refusal under any key counts. */
export function rememberedConsent(memories: readonly Memory[]): Memory['consent'] {
  const decisions = memories.map((memory) => memory.consent);
  return decisions.includes('denied') ? 'denied' : decisions.find((consent) => consent !== undefined);
}
