import { type BatchVerdict, isRecord, judgeBatch, MAX_BATCH_EVENTS } from '@uet-capi/protocol';
import type { Facts } from '../pipeline/facts.ts';
import { judge } from '../pipeline/judge.ts';
import { prepare } from '../pipeline/prepare.ts';
import { type Accepted, accept } from './accept.ts';
import type { CapiIntake, Refusal } from './intake.ts';
import type { IntakeEvents } from './intake-events.ts';
import type { Storage } from './storage.ts';

/**
 * `POST /v1/{tagId}/events`: Microsoft's rules decide over the corrected events, Microsoft's
 * answer is given. Events that a rule of the site skips count as received.
 */
export function takeCapiRequest(
  body: unknown,
  facts: Facts,
  traceId: string,
  storage: Storage,
  events: IntakeEvents,
): Promise<CapiIntake | Refusal> {
  const data = isRecord(body) && Array.isArray(body.data) ? body.data : [];
  const inputs = data.length <= MAX_BATCH_EVENTS ? data : [];
  const prepared = inputs.map((input) => prepare(input, facts));
  const corrected =
    isRecord(body) && inputs.length > 0 ? { ...body, data: prepared.map(({ event }) => event) } : body;
  const verdict = judgeBatch(corrected, facts.now, (_, index, now) => judge(prepared[index]!, index, now));

  const accepting = accept(
    verdict.accepted.map(({ index, event, warnings }) => ({ event, prepared: prepared[index]!, warnings })),
    facts,
    storage,
    events,
  );
  const { status } = verdict;
  const answer = { status, body: { ...verdict.body, traceId } };
  const rejected = verdict.accepted.length < inputs.length ? codesOfRejected(verdict, inputs.length) : [];
  return conclude(accepting, answer, rejected, facts, events);
}

/** Holds nothing of the events while they wait for the disk, see `accept.ts`. */
async function conclude(
  accepting: Promise<Accepted[] | Refusal>,
  answer: CapiIntake,
  rejected: readonly string[],
  facts: Facts,
  { onEvent }: IntakeEvents,
): Promise<CapiIntake | Refusal> {
  const accepted = await accepting;
  if ('refused' in accepted) return accepted;
  for (const code of rejected) onEvent(facts, 'rejected', code);
  return answer;
}

/** A good event that was refused with its neighbours. */
const REFUSED_WITH_BATCH = 'RefusedWithBatch';

function codesOfRejected({ accepted, details }: BatchVerdict, events: number): string[] {
  const taken = new Set(accepted.map(({ index }) => index));
  const codes = new Map<number, string>();
  for (const { index, errorCode, isWarning } of details) {
    if (!isWarning && !codes.has(index)) codes.set(index, errorCode);
  }
  const rejected: string[] = [];
  for (let index = 0; index < events; index++) {
    if (!taken.has(index)) rejected.push(codes.get(index) ?? REFUSED_WITH_BATCH);
  }
  return rejected;
}
