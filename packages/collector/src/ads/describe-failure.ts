import type { AdsAnswer } from './client.ts';
import type { ErrorClass } from './error-classes.ts';

/** What a person can do about a refused request; nothing where Microsoft or we are to blame. */
const ADVICE: Partial<Record<ErrorClass, string>> = {
  'sign-in': 'run `uet-capi auth login`, with a user who may use the account',
  config:
    'check the customer and account id (not the account number), the developer token, and that the user may use the account',
  wait: 'too many calls; it works again in a minute',
};

/** A wrong developer token has no code of its own, and no other sign-in helps it. */
const INVALID_CREDENTIALS = 105;
const CREDENTIALS_ADVICE = `check the developer token; where it is right, ${ADVICE['sign-in']}`;

/** One line for the operator. */
export function describeFailure(answer: Exclude<AdsAnswer, { kind: 'answered' }>): string {
  if (answer.kind === 'no-token') return answer.why.message;
  if (answer.kind === 'unknown') return answer.message;
  const isRefused = answer.errors.some(({ code }) => code === INVALID_CREDENTIALS);
  const advice = isRefused ? CREDENTIALS_ADVICE : ADVICE[answer.class];
  return advice === undefined ? answer.message : `${answer.message}: ${advice}`;
}
