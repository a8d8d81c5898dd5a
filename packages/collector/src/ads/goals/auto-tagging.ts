import { isRecord } from '@uet-capi/protocol';
import type { GoalsQuery } from './account-goals.ts';

/** Microsoft's name of the property. */
const AUTO_TAGGING = 'MSCLKIDAutoTaggingEnabled';

/**
 * Whether Microsoft adds the click id to the addresses of the account's ads. Undefined where it does not say: nothing
 * depends on the answer.
 */
export async function readAutoTagging({ client, account, signal }: GoalsQuery): Promise<boolean | undefined> {
  const body = JSON.stringify({ AccountPropertyNames: [AUTO_TAGGING] });
  const operation = 'AccountProperties/Query';
  const answer = await client.call({ service: 'campaign', operation, body, account, signal });
  const list = answer.kind === 'answered' ? answer.body.AccountProperties : undefined;
  const property = (Array.isArray(list) ? list : []).find(
    (one) => isRecord(one) && one.Name === AUTO_TAGGING,
  );
  const value = String(property?.Value).toLowerCase();
  return value === 'true' || value === 'false' ? value === 'true' : undefined;
}
