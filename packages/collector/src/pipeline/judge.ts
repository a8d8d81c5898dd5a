import { checkEvent, type Detail, type Verdict } from '@uet-capi/protocol';
import type { Prepared } from './prepare.ts';
import { scrubCode } from './scrub/remember-clean.ts';
import { scrubId } from './scrub/scrub.ts';

/**
 * Microsoft's rules, and two of ours. What is beyond the limits of an event is refused. So is an id
 * or name that holds an e-mail address, phone number or token: it cannot be cut out or hashed as in
 * other text, since the browser's own copy carries it, and changed on one side only the event would
 * count twice.
 *
 * @param now the clock, ms since 1970
 */
export function judge(
  { event, excess }: Pick<Prepared, 'event' | 'excess'>,
  index: number,
  now: number,
): Verdict {
  if (excess) {
    const { path, code, message } = excess;
    return { errors: [refusal(index, path, code, message)], warnings: [], event: undefined };
  }
  const verdict = checkEvent(event, index, now);
  if (!verdict.event) return verdict;
  const { eventId, eventName, customData } = verdict.event;
  const clear: string[] = [];
  if (eventId && scrubId(eventId) !== eventId) clear.push('eventId');
  if (eventName && scrubCode(eventName) !== eventName) clear.push('eventName');
  const order = customData?.transactionId;
  if (order && scrubId(order) !== order) clear.push('customData.transactionId');
  if (clear.length === 0) return verdict;

  const errors = clear.map((path) => {
    const message = `'${path}' must not contain an e-mail address, phone number or token.`;
    return refusal(index, path, 'ClearIdentity', message);
  });
  return { ...verdict, errors, event: undefined };
}

function refusal(index: number, path: string, errorCode: string, errorMessage: string): Detail {
  const base = `data[${index}]`;
  return {
    index,
    propertyName: path === '' ? base : `${base}.${path}`,
    errorMessage,
    errorCode,
    isWarning: false,
  };
}
