import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import { onTestFinished } from 'vitest';
import type { Config } from '../../config/config.ts';
import { resolveConfig } from '../../config/resolve.ts';
import { StoreUnusable } from '../../store/errors.ts';
import type { Store } from '../../store/port.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { examine } from '../examine.ts';
import type { Finding } from '../finding.ts';

export const TAG_ID = '12345678';

/** An installation in which a test plants its fault. */
export interface Plot {
  /** Laid over settings with which everything is in order. */
  settings: Record<string, unknown>;
  env: Record<string, string>;
  sandbox: Sandbox;
  dataDir: string;
  /** The store, while `work` runs. It is made here if it must be. */
  inStore(work: (store: Store) => Promise<unknown>): Promise<void>;
}

/** A sandbox and an empty data directory, until the test is over. @param whenOver default: of this test */
export async function plot(whenOver: (end: () => Promise<void>) => void = onTestFinished): Promise<Plot> {
  const sandbox = await createSandbox({ tags: [{ tagId: TAG_ID, token: 'the-token-of-the-tag' }] });
  const dataDir = await mkdtemp(join(tmpdir(), 'uet-capi-doctor-'));
  whenOver(async () => {
    await sandbox.close();
    await rm(dataDir, { recursive: true });
  });
  return {
    settings: { tagId: TAG_ID, endpoint: sandbox.url, dataDir },
    env: {
      UET_CAPI_TOKEN: 'the-token-of-the-tag',
      UET_CAPI_ADMIN_TOKEN: 'a-long-and-random-admin-token',
      UET_CAPI_SERVER_KEY: 'a-long-and-random-server-key',
    },
    sandbox,
    dataDir,
    async inStore(work) {
      const store = await openSqliteStore({ dataDir });
      try {
        await work(store);
      } finally {
        await store.close();
      }
    },
  };
}

export function configOf({ settings, env }: Pick<Plot, 'settings' | 'env'>): Config {
  const resolved = resolveConfig(settings, env);
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  return resolved.config;
}

/** All findings, as the command gets them. */
export async function findingsOf(given: Plot): Promise<Finding[]> {
  const config = configOf(given);
  const store = await openSqliteStore({ dataDir: given.dataDir, mustExist: true }).catch((error: unknown) => {
    if (error instanceof StoreUnusable) return error;
    throw error;
  });
  try {
    return await examine({ config, ignored: [], env: given.env, store, publicUrl: undefined });
  } finally {
    if (!(store instanceof StoreUnusable)) await store.close();
  }
}
