import type { AlertSettings } from '../config/config.ts';
import type { AlertMessage } from './alert-message.ts';
import { signedHeaders } from './signature.ts';

/** An answer may take so long, ms. */
const POST_TIMEOUT_MS = 10_000;

/** Undefined: it was taken. Otherwise why not, without the address, which is a secret. */
export type PostFault = string | undefined;

/**
 * Posts one message.
 *
 * @param id of the message, the same at each attempt: a receiver knows a repetition by it
 */
export async function postAlert(
  { webhook, webhookEnv, secret }: AlertSettings,
  id: string,
  message: AlertMessage,
  signal: AbortSignal,
): Promise<PostFault> {
  if (webhook === undefined) return `${webhookEnv} is not set`;
  const body = JSON.stringify(message);
  try {
    const answer = await fetch(webhook, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signedHeaders(secret, id, body, Date.now()) },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(POST_TIMEOUT_MS)]),
    });
    await answer.body?.cancel();
    return answer.ok ? undefined : `the receiver answered ${answer.status}`;
  } catch (error) {
    return `the receiver could not be reached (${reasonOf(error as Error)})`;
  }
}

/** A code such as ECONNREFUSED; messages name the address. */
function reasonOf({ name, cause }: Error): string {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code ?? name;
}
