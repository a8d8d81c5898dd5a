/** Where calls of the Microsoft Advertising API get their access token from. What they throw is a bug, or a record that the store refuses. */
export interface AccessTokens {
  /** A token that is good for the next minutes. */
  get(signal: AbortSignal): Promise<TokenResult>;
  /** Another one, after the API refused `stale`. However many ask, in however many processes, one refreshes. */
  renew(stale: string, signal: AbortSignal): Promise<TokenResult>;
}

export type TokenResult =
  | { kind: 'good'; token: string }
  /** A person must sign in (again). */
  | { kind: 'sign-in-needed'; message: string }
  /** The app registration or a setting is wrong. */
  | { kind: 'misconfigured'; message: string }
  /** It may work later. */
  | { kind: 'unavailable'; message: string; retryAfterMs: number | undefined };
