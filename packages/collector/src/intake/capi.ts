import { isRecord, judgeBatch, MAX_BATCH_EVENTS } from '@uet-capi/protocol';
import type { Facts } from '../pipeline/facts.ts';
import { judge } from '../pipeline/judge.ts';
import { prepare } from '../pipeline/prepare.ts';
import { accept } from './accept.ts';
import type { CapiIntake, Refusal } from './intake.ts';
import type { Storage } from './storage.ts';

/**
 * `POST /v1/{tagId}/events`: Microsoft's rules decide over the corrected events, Microsoft's
 * answer is given. Events that a rule of the site skips count as received.
 */
export async function takeCapiRequest(
  body: unknown,
  facts: Facts,
  traceId: string,
  storage: Storage,
): Promise<CapiIntake | Refusal> {
  const data = isRecord(body) && Array.isArray(body.data) ? body.data : [];
  const inputs = data.length <= MAX_BATCH_EVENTS ? data : [];
  const prepared = inputs.map((input) => prepare(input, facts));
  const corrected =
    isRecord(body) && inputs.length > 0 ? { ...body, data: prepared.map(({ event }) => event) } : body;
  const verdict = judgeBatch(corrected, facts.now, (_, index, now) => judge(prepared[index]!, index, now));

  const accepted = await accept(
    verdict.accepted.map(({ index, event, warnings }) => ({ event, prepared: prepared[index]!, warnings })),
    facts,
    storage,
  );
  if ('refused' in accepted) return accepted;
  return { status: verdict.status, body: { ...verdict.body, traceId } };
}
