import type { AdsAnswer } from './client.ts';
import type { ErrorClass } from './error-classes.ts';

/** What a person can do about a refused request; nothing where Microsoft or we are to blame. */
const ADVICE: Partial<Record<ErrorClass, string>> = {
  'sign-in': 'run `uet-capi auth login`, with a user who may use the account',
  config:
    'check the customer and account id (not the account number), the developer token, and that the user may use the account',
  wait: 'too many calls; it works again in a minute',
};

/** One line for the operator. */
export function describeFailure(answer: Exclude<AdsAnswer, { kind: 'answered' }>): string {
  if (answer.kind === 'no-token') return answer.why.message;
  if (answer.kind === 'unknown') return answer.message;
  const advice = ADVICE[answer.class];
  return advice === undefined ? answer.message : `${answer.message}: ${advice}`;
}
