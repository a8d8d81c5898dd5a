import { type CapiEvent, isRecord } from '@uet-capi/protocol';
import type { Site } from '../../config/config.ts';
import { fieldPath } from '../field-errors.ts';
import { judge } from '../judge.ts';
import { excessOf } from '../limits.ts';
import { normalise } from '../normalise.ts';
import { SKIP_REASONS } from '../skip-reasons.ts';
import { cleanReason, describeThrown } from './failure.ts';
import type { RuleFacts, Transform } from './rule.ts';

/** What a transform made of an event: `skipped` says why there is none to deliver. */
export type Transformed = { event: CapiEvent; notes: string[] } | { skipped: string };

/**
 * What cannot be changed. The browser's copy of the event has the same type, name and id, and only
 * thereby counts with this one as one; its page load is waited for under the page-load id; and
 * consent is the visitor's.
 */
const FIXED = ['eventType', 'eventName', 'eventId', 'pageLoadId', 'adStorageConsent'] as const;

/**
 * Runs the site's transform. What it returns is new input: it is scrubbed and judged by Microsoft's
 * rules like what came by the network, and read as JSON, so that nothing keeps a hand on it.
 */
export function runTransform(
  transform: Transform,
  event: CapiEvent,
  facts: RuleFacts,
  site: Pick<Site, 'phoneCountry'>,
): Transformed {
  let result: unknown;
  try {
    const returned: unknown = transform(structuredClone(event), facts);
    if (returned instanceof Promise) return failed('it returned a promise');
    result = JSON.parse(JSON.stringify(returned ?? null));
    if (returned === undefined) return failed('it returned nothing: return the event, null or a reason');
  } catch (error) {
    return failed(describeThrown(error));
  }
  if (result === null) return { skipped: `${SKIP_REASONS.filtered}: by the transform` };
  if (typeof result === 'string' && result.trim() !== '') {
    return { skipped: `${SKIP_REASONS.filtered}: ${cleanReason(result)}` };
  }
  if (!isRecord(result)) return failed('it must return an event, null or a reason');

  const changed = result;
  const notes = FIXED.filter((name) => changed[name] !== event[name]).map(
    (name) => `transform: ${name} cannot be changed, kept as it was`,
  );
  const kept = Object.fromEntries(FIXED.map((name) => [name, event[name]]));
  const input = { ...changed, ...kept };
  const excess = excessOf(input);
  const verdict = judge(
    excess ? { event: input, excess } : { event: normalise(input, site, notes) },
    0,
    facts.receivedAt,
  );
  const flaws = verdict.errors.map(
    ({ propertyName, errorCode }) => `${fieldPath(propertyName)} (${errorCode})`,
  );
  if (!verdict.event) return failed(`its event is not valid: ${flaws.join(', ')}`);
  const removed = verdict.warnings.map(
    ({ propertyName, errorMessage }) => `transform: ${fieldPath(propertyName)}: ${errorMessage}`,
  );
  return { event: verdict.event, notes: [...notes, ...removed] };
}

function failed(what: string): Transformed {
  return { skipped: `${SKIP_REASONS.transform_failed}: ${what}` };
}
