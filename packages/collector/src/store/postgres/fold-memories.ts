import type { NewMemory } from '../port.ts';

/**
 * What several calls say of the same people, as one of them would: one statement cannot change a row twice.
 * What is not said again stays; of clicks, the newest. A click without its time was seen now (ms).
 */
export function foldMemories(memories: readonly NewMemory[], now: number): NewMemory[] {
  const folded = new Map<string, NewMemory>();
  for (const memory of memories) {
    const { site, key, consent, msclkid } = memory;
    const place = `${key}\n${site}`;
    const known = folded.get(place);
    const one: NewMemory = known ?? { site, key };
    folded.set(place, one);
    if (consent !== undefined) one.consent = consent;
    if (msclkid === undefined || msclkid === one.msclkid) continue;
    const clickedAt = memory.clickedAt ?? now;
    if (clickedAt > (one.clickedAt ?? -1)) Object.assign(one, { msclkid, clickedAt });
  }
  return [...folded.values()];
}
