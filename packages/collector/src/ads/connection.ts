import { randomUUID } from 'node:crypto';
import type { Clock } from '../delivery/clock.ts';
import type { Store } from '../store/port.ts';
import { StoreUnavailable } from '../store/unavailable.ts';
import type { AccessTokens, TokenResult } from './access-tokens.ts';
import type { OAuthApp } from './oauth/app.ts';
import { type GivenTokens, refreshTokens } from './oauth/token-request.ts';
import { open, seal } from './secret-box.ts';

/**
 * The sign-in to Microsoft Advertising that all processes on one store share: one record, sealed.
 *
 *     nobody ──login──► signed in ──refresh──► signed in        a new refresh token each time
 *                         │   ▲                    │
 *                         │   └──────login─────────┤
 *                         └──refused (sign-in)──► ended         a person must sign in again
 *
 * Every change is a compare-and-swap. Whoever wants to refresh first writes a lease into the record, so
 * that one does it at a time; who dies lets it pass. The new refresh token replaces the old one in a
 * single write, before its access token is used: a crash in between leaves the old one, which
 * Microsoft goes on taking until its successor was used.
 */
export interface Connection extends AccessTokens {
  /** After a sign-in: replaces whatever was there. */
  signedIn(tokens: GivenTokens & { refreshToken: string }): Promise<void>;
  status(): Promise<ConnectionStatus>;
}

export type ConnectionStatus =
  | { state: 'nobody' }
  | { state: 'unreadable' }
  /** Times in ms. */
  | { state: 'signed-in'; signedInAt: number; refreshedAt: number; expiresAt: number }
  | { state: 'ended'; signedInAt: number; message: string };

export interface ConnectionOptions {
  store: Pick<Store, 'readRecord' | 'swapRecord'>;
  app: OAuthApp;
  /** 32 bytes. */
  encryptionKey: Buffer;
  clock: Clock;
  /** How long the sign-in may take to answer, ms. */
  timeoutMs: number;
}

interface Sealed {
  refreshToken: string;
  accessToken: string;
  /** Of the access token, ms. */
  expiresAt: number;
  signedInAt: number;
  refreshedAt: number;
  /** Who refreshes at this moment, and until when they are believed (ms). */
  lease?: { by: string; until: number };
  /** Set once Microsoft refused the refresh token. */
  ended?: string;
}

const KIND = 'ads';
const KEY = 'connection';
const PURPOSE = 'uet-capi ads connection';

/**
 * A token that ends within this time is not handed out any more, ms: a call may take a while. Of one that was given
 * for less than twice as long, half its life: otherwise each call would refresh anew, without an end.
 */
const MARGIN_MS = 300_000;

/** How often is looked whether the one who refreshes is done, ms. */
const LOOK_MS = 50;

const SIGN_IN: TokenResult = {
  kind: 'sign-in-needed',
  message: 'nobody has signed in to Microsoft Advertising: run `uet-capi auth login`',
};
const UNREADABLE: TokenResult = {
  kind: 'misconfigured',
  message:
    'the stored sign-in cannot be decrypted: the encryption key is another one than at sign-in. ' +
    'Set that key again, or run `uet-capi auth login`',
};

export function createConnection({
  store,
  app,
  encryptionKey,
  clock,
  timeoutMs,
}: ConnectionOptions): Connection {
  async function read() {
    const record = await store.readRecord(KIND, KEY);
    const version = record?.version ?? 0;
    const text = record && open(record.value, encryptionKey, PURPOSE);
    const state = text === undefined ? undefined : (JSON.parse(text) as Sealed);
    return { version, state, isUnreadable: record !== undefined && state === undefined };
  }

  const swap = (version: number, state: Sealed) =>
    store.swapRecord(KIND, KEY, version, seal(JSON.stringify(state), encryptionKey, PURPOSE));

  async function tokens(stale: string | undefined, signal: AbortSignal): Promise<TokenResult> {
    try {
      return await currentTokens(stale, signal);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      // What Microsoft gave and could not be written down is no loss: the old token goes on.
      return { ...GIVEN_UP, message: 'no tokens: the store failed' };
    }
  }

  async function currentTokens(stale: string | undefined, signal: AbortSignal): Promise<TokenResult> {
    for (;;) {
      const { version, state, isUnreadable } = await read();
      if (isUnreadable) return UNREADABLE;
      if (!state) return SIGN_IN;
      if (state.ended !== undefined) return { kind: 'sign-in-needed', message: state.ended };
      const now = clock.now();
      const marginMs = Math.min(MARGIN_MS, (state.expiresAt - state.refreshedAt) / 2);
      if (state.accessToken !== stale && state.expiresAt - now > marginMs) {
        return { kind: 'good', token: state.accessToken };
      }
      if (signal.aborted) return GIVEN_UP;
      if (state.lease && state.lease.until > now) {
        await clock.sleep(LOOK_MS, signal);
        continue;
      }
      // Twice the time-out: it must outlive the answer and the writing of it.
      const lease = { by: randomUUID(), until: now + 2 * timeoutMs };
      if (!(await swap(version, { ...state, lease }))) continue;
      const refused = await refresh(version + 1, state);
      if (refused) return refused;
    }
  }

  /** Undefined: the record has changed and is worth another look. */
  async function refresh(version: number, { lease: _, ...state }: Sealed): Promise<TokenResult | undefined> {
    // Not the caller's signal: an answer that nobody waits for has replaced the refresh token all the same.
    const answer = await refreshTokens(app, state.refreshToken, AbortSignal.timeout(timeoutMs));
    const now = clock.now();
    if (answer.kind === 'given') {
      await swap(version, {
        ...state,
        ...sealedTokens(answer, now),
        // Google, and Microsoft at times, give no new one: the old one goes on.
        refreshToken: answer.refreshToken ?? state.refreshToken,
      });
      return undefined;
    }
    const { class: why, message, retryAfterMs } = answer;
    if (why === 'sign-in') {
      await swap(version, { ...state, ended: message });
      return undefined;
    }
    await swap(version, state);
    return why === 'config'
      ? { kind: 'misconfigured', message }
      : { kind: 'unavailable', message, retryAfterMs: why === 'slow-down' ? SLOW_DOWN_MS : retryAfterMs };
  }

  return {
    get: (signal) => tokens(undefined, signal),
    renew: (stale, signal) => tokens(stale, signal),

    async signedIn({ refreshToken, ...given }) {
      const now = clock.now();
      const state = { refreshToken, signedInAt: now, ...sealedTokens(given, now) };
      while (!(await swap((await read()).version, state)));
    },

    async status() {
      const { state, isUnreadable } = await read();
      if (isUnreadable) return { state: 'unreadable' };
      if (!state) return { state: 'nobody' };
      const { signedInAt, refreshedAt, expiresAt, ended } = state;
      return ended === undefined
        ? { state: 'signed-in', signedInAt, refreshedAt, expiresAt }
        : { state: 'ended', signedInAt, message: ended };
    },
  };
}

/** Microsoft says "minutes" to who refreshes in a loop, ms. */
const SLOW_DOWN_MS = 300_000;

const GIVEN_UP = {
  kind: 'unavailable',
  message: 'no tokens from the sign-in: given up',
  retryAfterMs: undefined,
} as const;

function sealedTokens({ accessToken, expiresInS }: Omit<GivenTokens, 'refreshToken'>, now: number) {
  return { accessToken, expiresAt: now + expiresInS * 1_000, refreshedAt: now };
}
