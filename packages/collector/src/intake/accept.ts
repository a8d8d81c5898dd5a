import type { CapiEvent, Detail } from '@uet-capi/protocol';
import { type Decision, decide } from '../pipeline/decide.ts';
import type { Facts } from '../pipeline/facts.ts';
import { memoryKeys } from '../pipeline/memory.ts';
import type { Prepared } from '../pipeline/prepare.ts';
import type { Appender } from '../store/appender.ts';
import type { AppendResult, Arrivals, Memory, Store } from '../store/port.ts';
import type { Refusal } from './intake.ts';

/** An event that Microsoft's rules have passed. */
export interface Judged {
  prepared: Prepared;
  event: CapiEvent;
  warnings: readonly Detail[];
}

/** What became of one event: as decided, and what the store said of the pieces that it stores. */
export type Accepted = Decision & { stored: AppendResult[] };

export interface AcceptPorts {
  store: Pick<Store, 'recall'>;
  appender: Appender;
  /** Called with what the disk or database said; the client hears only that it shall come again. */
  onStoreError(error: unknown): void;
}

/** How long a client is asked to wait when nothing can be taken, s. */
const RETRY_AFTER_S = 2;

/**
 * Decides each event and makes what is stored durable, all in one append.
 *
 * @param tagPageLoads page loads that the same request reports as sent by the tag
 */
export async function accept(
  judged: readonly Judged[],
  facts: Facts,
  { store, appender, onStoreError }: AcceptPorts,
  tagPageLoads: Arrivals['tagPageLoads'] = [],
): Promise<Accepted[] | Refusal> {
  try {
    const remembered = await recall(judged, facts, store);
    const decisions = judged.map(({ event, prepared, warnings }) =>
      decide(event, prepared, warnings, memoriesOfUser(event, remembered), facts),
    );
    const site = facts.site.id;
    const results = await appender.append({
      now: facts.now,
      events: decisions.flatMap((decision) => (decision.kind === 'store' ? decision.events : [])),
      memories: decisions.flatMap((decision) => (decision.kind === 'store' ? decision.memories : [])),
      withdrawals: decisions.flatMap(({ withdrawnBy: visitor }) => (visitor ? [{ site, visitor }] : [])),
      tagPageLoads,
    });
    if (results === 'busy') return { refused: 'busy', retryAfterS: RETRY_AFTER_S };

    let next = 0;
    return decisions.map((decision) => {
      const pieces = decision.kind === 'store' ? decision.events.length : 0;
      next += pieces;
      return { ...decision, stored: results.slice(next - pieces, next) };
    });
  } catch (error) {
    onStoreError(error);
    return { refused: 'busy', retryAfterS: RETRY_AFTER_S };
  }
}

/** A browser knows its visitor's decision and click itself; a server may have to be told. */
async function recall(
  judged: readonly Judged[],
  { site, client }: Facts,
  store: Pick<Store, 'recall'>,
): Promise<Map<string, Memory>> {
  const incomplete = judged.filter(
    ({ event }) => event.adStorageConsent === undefined || event.userData.msclkid === undefined,
  );
  const keys = client ? [] : [...new Set(incomplete.flatMap(({ event }) => memoryKeys(event.userData)))];
  const memories = keys.length > 0 ? await store.recall(site.id, keys) : [];
  return new Map(memories.map((memory) => [memory.key, memory]));
}

function memoriesOfUser(event: CapiEvent, remembered: Map<string, Memory>): Memory[] {
  return memoryKeys(event.userData).flatMap((key) => remembered.get(key) ?? []);
}
