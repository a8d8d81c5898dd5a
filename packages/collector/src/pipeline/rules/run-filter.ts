import type { CapiEvent } from '@uet-capi/protocol';
import { SKIP_REASONS } from '../skip-reasons.ts';
import { cleanReason, describeThrown } from './failure.ts';
import type { Filter, RuleFacts } from './rule.ts';

/** Why the site's filter keeps an event back; undefined where it lets it pass. */
export function runFilter(filter: Filter, event: CapiEvent, facts: RuleFacts): string | undefined {
  let verdict: unknown;
  try {
    verdict = filter(structuredClone(event), facts);
  } catch (error) {
    return `${SKIP_REASONS.filter_failed}: ${describeThrown(error)}`;
  }
  if (verdict === true) return undefined;
  if (verdict === false) return `${SKIP_REASONS.filtered}: by the filter`;
  if (typeof verdict === 'string' && verdict.trim() !== '') {
    return `${SKIP_REASONS.filtered}: ${cleanReason(verdict)}`;
  }
  return `${SKIP_REASONS.filter_failed}: it must return true, false or a reason, and no promise`;
}
