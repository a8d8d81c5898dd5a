import { checkEvent, type Verdict } from '@uet-capi/protocol';
import { holdsIdentity } from './scrub.ts';

/**
 * Microsoft's rules, and one of ours: an id or name that holds an e-mail address or phone number
 * is refused. It cannot be cut out as in other text, since the browser's copy carries the same id:
 * changed on one side only, the event would count twice.
 *
 * @param now the clock, ms since 1970
 */
export function judge(input: unknown, index: number, now: number): Verdict {
  const verdict = checkEvent(input, index, now);
  const { eventId, eventName, customData } = verdict.event ?? {};
  const named = { eventId, eventName, 'customData.transactionId': customData?.transactionId };
  const clear = Object.entries(named).filter(([, text]) => text !== undefined && holdsIdentity(text));
  if (clear.length === 0) return verdict;

  const errors = clear.map(([path]) => ({
    index,
    propertyName: `data[${index}].${path}`,
    errorMessage: `'${path}' must not contain an e-mail address or phone number.`,
    errorCode: 'ClearIdentity',
    isWarning: false,
  }));
  return { ...verdict, errors, event: undefined };
}
