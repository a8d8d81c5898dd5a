import { asSha256, normaliseEmail, normalisePhone } from '@uet-capi/protocol/identity';
import type { IdentifyParams } from '../api.ts';
import { attempt, read } from '../attempt.ts';
import { say } from '../debug.ts';
import { address } from '../settings.ts';

/** Identity as it goes on the wire. Clear values only where the browser cannot hash. */
export interface Identity {
  externalId?: string | undefined;
  em?: string | undefined;
  ph?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
}

/** What each call told, in order. Hashes under way are put into these same objects. */
export let identities: readonly Identity[] = [];

/** What they told together: the later call wins. */
export function identityOf(calls: readonly Identity[]): Identity {
  return Object.assign({}, ...calls);
}

/** Hashes under way. */
export let pending = 0;

/** Who the visitor says to be, for the later events of this page. Memory only. */
export function identify(given: IdentifyParams): void {
  const externalId = read(given, 'externalId');
  const next: Identity = {};
  if (externalId) next.externalId = `${externalId}`;
  // Name of the hash, name of the clear value, and the form that is hashed.
  for (const [hashed, clear, normalise] of [
    ['em', 'email', normaliseEmail],
    ['ph', 'phone', normalisePhone],
  ] as const) {
    const raw = `${read(given, hashed) || read(given, clear) || ''}`.trim();
    if (!raw) continue;
    const normal = normalise(raw);
    next[clear] = undefined;
    next[hashed] = asSha256(raw);
    if (next[hashed]) continue;
    const subtle = attempt(() => crypto.subtle);
    if (normal && subtle) {
      pending++;
      subtle
        .digest('SHA-256', new TextEncoder().encode(normal))
        .then((digest) => {
          next[hashed] = [...new Uint8Array(digest)]
            .map((byte) => (byte + 256).toString(16).slice(1))
            .join('');
        })
        .catch(() => {})
        .then(() => {
          pending--;
          say('go?');
        });
    } else if (normal && address().protocol === 'https:') next[clear] = normal;
    else say('left out', clear);
  }
  // Another list: events before this call keep what was known then, and get its hashes under way.
  identities = [...identities, next];
  say('go?');
}
