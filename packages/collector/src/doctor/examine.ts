import type { Config } from '../config/config.ts';
import type { Env } from '../config/environment.ts';
import { loadPixelBuild } from '../ingest/pixel-script.ts';
import type { Ignored } from '../settings/take-up.ts';
import { StoreMissing, StoreUnusable } from '../store/errors.ts';
import type { Store } from '../store/port.ts';
import { checkAccount } from './checks/account.ts';
import { checkDataDirectory, inspectDataDirectory } from './checks/data-directory.ts';
import { checkDatabase, checkDatabaseServer, inspectDatabaseServer } from './checks/database.ts';
import { checkDelivery } from './checks/delivery.ts';
import { checkFromOutside } from './checks/from-outside.ts';
import { checkMachine } from './checks/machine.ts';
import { checkPurchases, readPurchases } from './checks/purchases.ts';
import { checkIgnored, checkSettings } from './checks/settings.ts';
import { checkOpening, checkStore } from './checks/store.ts';
import { checkTraffic, readVisits } from './checks/traffic.ts';
import { type Finding, problem, skipped } from './finding.ts';

/** All checks together may take so long, ms: a person waits for them. */
const TIMEOUT_MS = 20_000;

/** What is looked at: the settings, and what they lead to. */
export interface Installation {
  config: Config;
  /** What was changed at run time and cannot be used: of these sites; or all of it, by another version. */
  ignored: readonly Ignored[] | 'all';
  /** Where the settings and secrets came from. */
  env: Env;
  /** Or why it cannot be opened. */
  store: Store | StoreUnusable;
  /** Where browsers reach the collector; undefined: nobody has said. */
  publicUrl: URL | undefined;
}

/**
 * Every check, in the order in which one would mend what they find. Reads the store, sends no event,
 * and asks Microsoft only what can change nothing. Never rejects.
 */
export async function examine({ config, ignored, env, store, publicUrl }: Installation): Promise<Finding[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const groups = await Promise.all([
    checkSettings(config, env),
    checkIgnored(ignored),
    checkThisMachine(),
    told('data-dir', async () =>
      config.databaseUrl === undefined
        ? checkDataDirectory(await inspectDataDirectory(config.dataDir, config.minFreeBytes))
        : [checkDatabase(config.databaseUrl)],
    ),
    told('database-server', async () => {
      const isReached = !(store instanceof StoreUnusable) || store instanceof StoreMissing;
      if (config.databaseUrl === undefined || !isReached) return [];
      return checkDatabaseServer(await inspectDatabaseServer(config.databaseUrl));
    }),
    told('store', async () =>
      store instanceof StoreUnusable ? [checkOpening(store)] : checkStore(store, config.sites, Date.now()),
    ),
    told('traffic', async () =>
      store instanceof StoreUnusable ? [] : checkTraffic(await readVisits(store, config.sites), Date.now()),
    ),
    told('purchases', async () =>
      store instanceof StoreUnusable ? [] : checkPurchases(await readPurchases(store, config.sites)),
    ),
    told('goals', async () => (store instanceof StoreUnusable ? [] : checkAccount(config, store, signal))),
    told('microsoft', () => checkDelivery(config, signal)),
    told('address', async () =>
      publicUrl
        ? checkFromOutside({ publicUrl, config, pixel: await loadPixelBuild(), signal })
        : [NO_ADDRESS],
    ),
  ]);
  return groups.flat();
}

const NO_ADDRESS = skipped(
  'address',
  'What browsers see was not looked at: pixel, proxy, cookies.',
  'Name the address before c.js in the snippet: uet-capi doctor --url https://shop.example/m',
);

/** What can be said without settings that can be used. */
export function checkThisMachine(): Finding[] {
  return [checkMachine({ node: process.versions.node, sqlite: process.versions.sqlite ?? '0' })];
}

/** A check that fails is a finding too, and keeps none of the others from being told. */
async function told(id: string, check: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    return [
      problem(id, {
        what: `This could not be looked at: ${(error as Error).message}.`,
        why: 'What it would have told is not known.',
        next: 'Look at the log of the collector, and run the doctor again.',
      }),
    ];
  }
}
