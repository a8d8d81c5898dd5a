import { asSha256, normaliseEmail, normalisePhone } from '@uet-capi/protocol/identity';
import type { IdentifyParams } from '../api.ts';
import { say } from '../debug.ts';
import { attempt, guard } from '../guard.ts';

/** Identity as it goes on the wire. Clear values only where the browser cannot hash. */
export interface Identity {
  externalId?: string | undefined;
  em?: string | undefined;
  ph?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
}

export interface IdentityState {
  /** What is known now; fields may be inherited. Hashes under way are put into this same object. */
  now(): Identity;
  /** Hashing is under way. */
  busy(): boolean;
  identify(given: IdentifyParams): void;
}

/** SHA-256 as lower-case hex. */
async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => (byte + 256).toString(16).slice(1)).join('');
}

/**
 * Who the visitor says to be, for the later events of this page. Memory only.
 *
 * @param mayPassClear whether clear values may go to the collector where the browser cannot hash
 * @param changed called when hashes have been added
 */
export function createIdentity(mayPassClear: () => boolean, changed: () => void): IdentityState {
  let known: Identity = {};
  let pending = 0;

  /** One identifier: already hashed, hashed now, or passed on. */
  const take = (
    target: Identity,
    hashed: 'em' | 'ph',
    clear: 'email' | 'phone',
    raw: unknown,
    normalise: (raw: string) => string | undefined,
  ) => {
    if (!raw) return;
    const words = String(raw);
    target[clear] = target[hashed] = undefined;
    const ready = asSha256(words);
    const normal = ready || normalise(words);
    if (ready) target[hashed] = ready;
    else if (!normal) say('left out', clear);
    else if (crypto.subtle) {
      pending++;
      sha256(normal)
        .then((hash) => {
          target[hashed] = hash;
        })
        .finally(
          guard(() => {
            pending--;
            changed();
          }),
        )
        .catch(say);
    } else if (mayPassClear()) target[clear] = normal;
    else say('left out', clear, 'cannot be hashed here');
  };

  return {
    now: () => known,
    busy: () => pending > 0,
    identify(given) {
      const read = (name: keyof IdentifyParams) => attempt(() => given[name]);
      const externalId = read('externalId');
      // Events before this call keep what was known then; a hash still under way there is inherited.
      const next: Identity = Object.create(known);
      if (externalId) next.externalId = String(externalId);
      take(next, 'em', 'email', read('em') || read('email'), normaliseEmail);
      take(next, 'ph', 'phone', read('ph') || read('phone'), normalisePhone);
      known = next;
      changed();
    },
  };
}
