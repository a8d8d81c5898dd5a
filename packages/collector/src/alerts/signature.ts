import { createHmac } from 'node:crypto';

/**
 * Signatures of webhooks as the Standard Webhooks specification has them, so that receivers can use a
 * library that is there already.
 *
 * @see https://www.standardwebhooks.com, "Signature scheme" and "Symmetric"
 */

const SECRET_PREFIX = 'whsec_';

/** Bytes of a key, at least and at most (specification). */
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;

/** `whsec_` and the key in base64. */
export function isSigningSecret(secret: string): boolean {
  const key = keyOf(secret);
  const isBase64 = key.toString('base64').replace(/=+$/, '') === textOf(secret).replace(/=+$/, '');
  return (
    secret.startsWith(SECRET_PREFIX) && isBase64 && key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES
  );
}

/**
 * Headers of one attempt.
 *
 * @param secret undefined: not signed
 * @param now ms
 */
export function signedHeaders(
  secret: string | undefined,
  id: string,
  body: string,
  now: number,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  const named = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === undefined) return named;
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...named, 'webhook-signature': `v1,${signature}` };
}

function keyOf(secret: string): Buffer {
  return Buffer.from(textOf(secret), 'base64');
}

function textOf(secret: string): string {
  return secret.slice(SECRET_PREFIX.length);
}
