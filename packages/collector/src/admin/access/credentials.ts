import type { Config } from '../../config/config.ts';
import { compileBearer } from '../../ingest/bearer.ts';
import type { Principal } from '../operation.ts';
import { createSessionSigner, type SessionSigner } from './session-cookie.ts';

/** One configured token and whom it stands for. */
export interface Credential {
  principal: Principal;
  /** @param authorization the header, `Bearer …` */
  isToken(authorization: string | undefined): boolean;
  session: SessionSigner;
}

/** Of a token that is not configured there is none: nobody has it. */
export function credentialsOf({
  adminToken,
  readTokens,
}: Pick<Config, 'adminToken' | 'readTokens'>): Credential[] {
  const admin = { name: 'admin', role: 'admin', sites: undefined, token: adminToken } as const;
  const readers = readTokens.map(({ name, sites, token }) => ({ name, role: 'read', sites, token }) as const);
  return [admin, ...readers].flatMap(({ token, ...principal }) =>
    token === undefined
      ? []
      : [{ principal, isToken: compileBearer(token), session: createSessionSigner(token) }],
  );
}
