import type { CapiEvent, Detail } from '@uet-capi/protocol';
import { type Decision, decide } from '../pipeline/decide.ts';
import type { Facts } from '../pipeline/facts.ts';
import { memoryKeys, withoutRepetition } from '../pipeline/memory.ts';
import type { Prepared } from '../pipeline/prepare.ts';
import type { AppendResult, Arrivals, Memory } from '../store/port.ts';
import { correct } from './corrections.ts';
import type { Refusal } from './intake.ts';
import type { IntakeEvents, Taken } from './intake-events.ts';
import type { Storage } from './storage.ts';

/** An event that Microsoft's rules have passed. */
export interface Judged {
  prepared: Prepared;
  event: CapiEvent;
  warnings: readonly Detail[];
}

/** What became of one event: as decided, and what the store said of the pieces that it stores. */
export type Accepted = Decision & { stored: AppendResult[] };

/**
 * Decides each event and makes what is stored durable, all in one append.
 *
 * @param tagPageLoads page loads that the same request reports as sent by the tag
 */
export async function accept(
  judged: readonly Judged[],
  facts: Facts,
  storage: Storage,
  { onEvent }: IntakeEvents,
  tagPageLoads: Arrivals['tagPageLoads'] = [],
): Promise<Accepted[] | Refusal> {
  const memories = await recall(judged, facts, storage);
  if ('refused' in memories) return memories;
  const remembered = new Map(memories.map((memory) => [memory.key, memory]));
  const decided = judged.map(({ event, prepared, warnings }) =>
    decide(event, prepared, warnings, memoriesOfUser(event, remembered), facts),
  );
  const decisions = facts.site.goals.length > 0 ? await correct(decided, facts, storage) : decided;
  if ('refused' in decisions) return decisions;

  const results = await store(decisions, facts, storage, tagPageLoads);
  if ('refused' in results) return results;
  let next = 0;
  return decisions.map((decision) => {
    const pieces = decision.kind === 'store' ? decision.events.length : 0;
    next += pieces;
    const stored = results.slice(next - pieces, next);
    onEvent(facts, ...takenAs(decision, stored));
    return { ...decision, stored };
  });
}

/** A page load's revenue is stored as an event of its own; it counts with the page load that brought it. */
function takenAs(decision: Decision, stored: readonly AppendResult[]): [taken: Taken, reason?: string] {
  if (decision.kind === 'skip') return ['skipped', decision.reason];
  if (stored.every((result) => result === 'duplicate')) return ['duplicate'];
  const { route } = decision.events[0]!;
  return 'skipped' in route ? ['skipped', route.skipped] : ['accepted'];
}

async function store(
  decisions: readonly Decision[],
  { site, now }: Facts,
  storage: Storage,
  tagPageLoads: Arrivals['tagPageLoads'],
): Promise<AppendResult[] | Refusal> {
  const kept = decisions.filter((decision) => decision.kind === 'store');
  const withdrawals = decisions.flatMap(({ withdrawnBy: keys }) =>
    keys.length > 0 ? [{ site: site.id, keys }] : [],
  );
  if (kept.length + withdrawals.length + tagPageLoads.length === 0) return [];
  return storage.append({
    now,
    events: kept.flatMap(({ events }) => events),
    memories: withoutRepetition(kept.flatMap(({ memories }) => memories)),
    withdrawals,
    tagPageLoads,
  });
}

/** A browser knows its visitor's decision and click itself; a server may have to be told. */
async function recall(
  judged: readonly Judged[],
  { site, client }: Facts,
  storage: Storage,
): Promise<Memory[] | Refusal> {
  if (client) return [];
  const incomplete = judged.filter(
    ({ event }) => event.adStorageConsent === undefined || event.userData.msclkid === undefined,
  );
  const keys = [...new Set(incomplete.flatMap(({ event }) => memoryKeys(event.userData)))];
  return keys.length > 0 ? storage.recall(site.id, keys) : [];
}

function memoriesOfUser(event: CapiEvent, remembered: Map<string, Memory>): Memory[] {
  if (remembered.size === 0) return [];
  return memoryKeys(event.userData).flatMap((key) => remembered.get(key) ?? []);
}
