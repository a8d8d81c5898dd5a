import { open, seal } from '../ads/secret-box.ts';
import { type Env, readVariable } from './environment.ts';
import type { ConfigProblem } from './problems.ts';
import type { SiteSettings } from './schema.ts';
import type { SiteChanges } from './site-changes.ts';

/** Secrets of a site that can be given at run time: then they are kept sealed, each for its site alone. */
export const SITE_SECRETS = ['token', 'serverKey'] as const;

export type SiteSecret = (typeof SITE_SECRETS)[number];

const purposeOf = (siteId: string, name: SiteSecret) => `uet-capi site ${siteId} ${name}`;

/** @param key 32 bytes */
export function sealSecret(value: string, siteId: string, name: SiteSecret, key: Buffer): string {
  return seal(value, key, purposeOf(siteId, name));
}

/** What was given at run time, else the variable's value. */
export function readSecret(
  { id, tokenEnv, serverKeyEnv }: Pick<SiteSettings, 'id' | 'tokenEnv' | 'serverKeyEnv'>,
  name: SiteSecret,
  sealed: SiteChanges['secrets'] | undefined,
  { env, key }: { env: Env; key: Buffer | undefined },
): { value: string | undefined } | { problem: ConfigProblem } {
  const box = sealed?.[name];
  if (box === undefined) {
    return { value: readVariable(env, name === 'token' ? tokenEnv : serverKeyEnv) };
  }
  const value = key && open(box, key, purposeOf(id, name));
  return value === undefined ? { problem: { path: name, message: UNREADABLE } } : { value };
}

const UNREADABLE =
  'was stored under another encryption key, and cannot be read: set that key again, or give it anew';
