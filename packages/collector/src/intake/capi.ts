import {
  answerAfterRefusal,
  type BatchVerdict,
  type Detail,
  isRecord,
  judgeBatch,
  MAX_BATCH_EVENTS,
} from '@uet-capi/protocol';
import type { Facts } from '../pipeline/facts.ts';
import { judge } from '../pipeline/judge.ts';
import { prepare } from '../pipeline/prepare.ts';
import { type Accepted, accept } from './accept.ts';
import type { CapiIntake, Refusal } from './intake.ts';
import type { IntakeEvents } from './intake-events.ts';
import { NOT_STORABLE, refusedPlaces } from './not-storable.ts';
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

  const isAtomic = !(isRecord(body) && body.continueOnValidationError === true);
  const accepting = accept(
    verdict.accepted.map(({ index, event, warnings }) => ({ event, prepared: prepared[index]!, warnings })),
    facts,
    storage,
    events,
    { isAtomic },
  );
  const rejected = verdict.accepted.length < inputs.length ? rejectedOf(verdict, inputs.length) : [];
  const answer = { status: verdict.status, body: { ...verdict.body, traceId } };
  return conclude(accepting, { answer, isAtomic, details: verdict.details, rejected }, facts, events);
}

/** Holds nothing of the events while they wait for the disk, see `accept.ts`. */
async function conclude(
  accepting: Promise<Accepted[] | Refusal>,
  { answer, isAtomic, details, rejected }: Judgement,
  facts: Facts,
  { onEvent }: IntakeEvents,
): Promise<CapiIntake | Refusal> {
  const accepted = await accepting;
  if ('refused' in accepted) return accepted;
  for (const { code } of rejected) onEvent(facts, 'rejected', code);
  const refused = refusedPlaces(accepted, rejected);
  if (refused.length === 0) return answer;
  // Of an atomic request all are, and nobody knows for which one.
  const named = isAtomic && refused.length > 1 ? [NONE_TAKEN] : refused.map(notStorable);
  const kept = isAtomic ? 0 : accepted.length - refused.length;
  const { status, body } = answerAfterRefusal(kept, [...named, ...details]);
  return { status, body: { ...body, traceId: answer.body.traceId } };
}

/** What is said of a request while its events wait for the disk. */
interface Judgement {
  /** Unless the store refuses some. */
  answer: CapiIntake;
  isAtomic: boolean;
  details: readonly Detail[];
  rejected: readonly Rejected[];
}

interface Rejected {
  index: number;
  code: string;
}

const NONE_TAKEN: Detail = {
  index: 0,
  propertyName: 'data',
  errorMessage:
    'the database refuses one of the events, and none was taken; with continueOnValidationError the others are',
  errorCode: NOT_STORABLE.code,
  isWarning: false,
};

function notStorable(index: number): Detail {
  const { code, message } = NOT_STORABLE;
  return {
    index,
    propertyName: `data[${index}]`,
    errorMessage: message,
    errorCode: code,
    isWarning: false,
  };
}

/** A good event that was refused with its neighbours. */
const REFUSED_WITH_BATCH = 'RefusedWithBatch';

function rejectedOf({ accepted, details }: BatchVerdict, events: number): Rejected[] {
  const taken = new Set(accepted.map(({ index }) => index));
  const codes = new Map<number, string>();
  for (const { index, errorCode, isWarning } of details) {
    if (!isWarning && !codes.has(index)) codes.set(index, errorCode);
  }
  const rejected: Rejected[] = [];
  for (let index = 0; index < events; index++) {
    if (!taken.has(index)) rejected.push({ index, code: codes.get(index) ?? REFUSED_WITH_BATCH });
  }
  return rejected;
}
