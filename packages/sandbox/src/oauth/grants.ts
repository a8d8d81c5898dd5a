import { randomBytes } from 'node:crypto';
import type { Revocation, SeededGrant } from '../world/seed.ts';

/** What a person agreed to: which application may do what in their name. */
export interface Grant {
  clientId: string;
  userName: string;
  scope: string[];
  provider: 'microsoft' | 'google';
}

export interface Code {
  grant: Grant;
  redirectUri: string;
  challenge: string | undefined;
  challengeMethod: string;
  issuedAt: number;
  used: boolean;
}

export interface RefreshToken {
  token: string;
  grant: Grant;
  issuedAt: number;
  revoked?: Revocation['reason'];
  /** The token whose use gave this one. */
  parent: string | undefined;
}

export interface AccessToken {
  grant: Grant;
  /** Ms since 1970; infinite for a seeded one. */
  expiresAt: number;
}

/** Codes and tokens given out. */
export interface Grants {
  addCode(code: Omit<Code, 'used'>): string;
  code(code: string): Code | undefined;
  addRefreshToken(grant: Grant, issuedAt: number, parent?: string): string;
  refreshToken(token: string): RefreshToken | undefined;
  addAccessToken(grant: Grant, expiresAt: number): string;
  accessToken(token: string): AccessToken | undefined;
  plant(seeded: SeededGrant, scope: string[], now: number): void;
  /** Ends refresh tokens issued so far. */
  revoke(revocation: Revocation): void;
  clear(): void;
}

const TOKEN_BYTES = 48;

export function createGrants(): Grants {
  const codes = new Map<string, Code>();
  const refreshTokens = new Map<string, RefreshToken>();
  const accessTokens = new Map<string, AccessToken>();
  const fresh = (prefix: string) => prefix + randomBytes(TOKEN_BYTES).toString('base64url');
  return {
    addCode(code) {
      const text = fresh('M.C5_');
      codes.set(text, { ...code, used: false });
      return text;
    },
    code: (code) => codes.get(code),
    addRefreshToken(grant, issuedAt, parent) {
      const token = fresh('M.R3_');
      refreshTokens.set(token, { token, grant, issuedAt, parent });
      return token;
    },
    refreshToken: (token) => refreshTokens.get(token),
    addAccessToken(grant, expiresAt) {
      const token = fresh('EwB');
      accessTokens.set(token, { grant, expiresAt });
      return token;
    },
    accessToken: (token) => accessTokens.get(token),
    plant({ userName, clientId, scope, accessToken, expiresInS, refreshToken }, defaultScope, now) {
      const grant: Grant = {
        userName,
        clientId,
        scope: scope?.split(' ') ?? defaultScope,
        provider: 'microsoft',
      };
      const expiresAt = expiresInS === undefined ? Number.POSITIVE_INFINITY : now + expiresInS * 1000;
      if (accessToken) accessTokens.set(accessToken, { grant, expiresAt });
      if (refreshToken) {
        refreshTokens.set(refreshToken, { token: refreshToken, grant, issuedAt: now, parent: undefined });
      }
    },
    revoke({ userName, reason }) {
      for (const record of refreshTokens.values()) {
        if (userName === undefined || record.grant.userName === userName) record.revoked ??= reason;
      }
    },
    clear() {
      codes.clear();
      refreshTokens.clear();
      accessTokens.clear();
    },
  };
}
