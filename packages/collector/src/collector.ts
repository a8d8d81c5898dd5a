import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { allOperations } from './admin/operations/all-operations.ts';
import { createSessionOperations } from './admin/operations/session.ts';
import { loadPageFiles, type PageFiles } from './admin/page-files.ts';
import { adsOf } from './ads/of-config.ts';
import { startAccountWork } from './ads/start-account-work.ts';
import { startAlerts } from './alerts/start-alerts.ts';
import type { Config } from './config/config.ts';
import type { Env } from './config/environment.ts';
import { ConfigError } from './config/error.ts';
import { resolveConfig } from './config/resolve.ts';
import type { ConfigInput } from './config/schema.ts';
import { secretsOf } from './config/secrets.ts';
import { unusedVariables } from './config/unused-variables.ts';
import { createDispatcher } from './delivery/dispatcher.ts';
import { createServedDestinations } from './delivery/served-destinations.ts';
import { logBug, logDelivery } from './delivery-log.ts';
import { planDestinations } from './destinations/of-config.ts';
import { type Collector, createFace } from './face.ts';
import { loadPixelBuild, type PixelBuild } from './ingest/pixel-script.ts';
import { startRollUp } from './insight/start-roll-up.ts';
import { createStorage, NO_STORAGE } from './intake/storage.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics } from './observability/metrics.ts';
import { createReadiness } from './observability/readiness.ts';
import { countWaiting, startSummary } from './observability/summary.ts';
import { tellAll } from './observability/tell-all.ts';
import { openSettings, type Settings } from './settings/settings.ts';
import { createAppender } from './store/appender.ts';
import { StoreBusyElsewhere } from './store/errors.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/port.ts';
import { whyEphemeral } from './store/sqlite/ephemeral.ts';
import { StoreUnavailable } from './store/unavailable.ts';
import { startUpkeep } from './upkeep.ts';

export type { Collector } from './face.ts';

/**
 * A stop may spend this long on delivering what is due, ms. `docker stop` kills after 10 s; what
 * remains of them is for writing down what became of the events.
 */
const STOP_GRACE_MS = 8_000;

/** Where database and collector start together, the database may take so long, ms: a first start, a recovery after a crash. */
const DATABASE_PATIENCE_MS = 60_000;

/** After the store failed, `readyz` says no for this long, then lets requests try again, ms. */
const UNREADY_MS = 5_000;

/**
 * Opens the store, starts delivery, and gives the routes.
 *
 * @param input the settings, as in a config file; `env` is laid over them
 * @param env where secrets come from
 * @throws {ConfigError} a setting is wrong; the message names each one and its remedy
 */
export async function createCollector(
  input: ConfigInput = {},
  env: Record<string, string | undefined> = process.env,
): Promise<Collector> {
  const resolved = resolveConfig(input, env);
  if ('problems' in resolved) throw new ConfigError(resolved.problems);
  const { config } = resolved;
  const secrets = secretsOf(config);
  const log = createLog(config.logLevel, secrets);
  try {
    return await openCollector({ config, input, env, log, secrets });
  } catch (error) {
    // The host application has other work to do: it starts, and events are asked to come later.
    if (!(error instanceof StoreBusyElsewhere)) throw error;
    log.error({ reason: error.message }, 'this process takes no events');
    const unreadyReasons = () => ['store_failing'] as const;
    return createFace({
      config,
      log,
      pixel: await loadPixelBuild(),
      page: await loadPageFiles(),
      operations: createSessionOperations,
      closing: new AbortController().signal,
      storage: NO_STORAGE,
      unreadyReasons,
      metrics: createMetrics({ config, unreadyReasons }),
      follow: () => {},
      close: async () => {},
    });
  }
}

export interface OpenOptions {
  /** Finished, of the file and the environment. */
  config: Config;
  /** Of what it was made: what was changed at run time is laid over the file. */
  input: unknown;
  env: Env;
  log: Log;
  /** What the log redacts; secrets that are given at run time are added. */
  secrets: string[];
  /** Ends the waiting for a database that is not there: the opening fails. */
  signal?: AbortSignal;
}

/**
 * The same from a finished config, for the command line.
 *
 * @throws {StoreUnusable} data directory or database cannot be used; the message has the remedy
 */
export async function openCollector(options: OpenOptions): Promise<Collector> {
  const { config, input, env, log, secrets, signal } = options;
  const pixel = await loadPixelBuild();
  const page = await loadPageFiles();
  const { dataDir, databaseUrl, minFreeBytes } = config;
  const store = await openStore({
    databaseUrl,
    dataDir,
    minFreeBytes,
    patienceMs: DATABASE_PATIENCE_MS,
    ...(signal && { signal }),
    onWaiting: (reason) => log.warn({ reason }, 'waiting for the database'),
    onLost: (err) => log.error({ err }, 'the thread of the store has died; a new one is started'),
  });
  if (databaseUrl === undefined) await warnOfLoss(dataDir, log);
  const settings = await openSettings({ input, env, store, log, secrets });
  for (const unused of unusedVariables(env, settings.current().config)) {
    log.warn(unused, 'environment variable');
  }
  return runCollector(settings, log, pixel, page, store);
}

/** Nobody reads a manual before the first redeploy has taken the events that waited. */
async function warnOfLoss(dataDir: string, log: Log): Promise<void> {
  // Where the system cannot tell, there is nothing to warn of.
  const reason = await whyEphemeral(dataDir).catch(() => undefined);
  if (reason === undefined) return;
  const message =
    'THE DATA DIRECTORY WILL NOT SURVIVE A REDEPLOY, and what waits there is lost with it: use a volume';
  log.warn({ dataDir: resolve(dataDir), reason }, message);
}

function runCollector(
  settings: Settings,
  log: Log,
  pixel: PixelBuild,
  page: PageFiles,
  store: Store,
): Collector {
  const { config } = settings.current();
  /** Aborted when the store is about to be closed. */
  const closing = new AbortController();
  /** Requests should go elsewhere; they are still taken. */
  let leaving = false;
  let stopping = false;
  /** By a clock that nobody sets. */
  let storeFailingUntil = 0;
  const unreadyReasons = createReadiness(
    () => ({
      stopping: leaving,
      storeFailing: performance.now() < storeFailingUntil || store.obstacle() === 'restarting',
      diskFilling: store.obstacle() === 'low-disk',
      queueFill: appender.fill(),
    }),
    log,
  );
  const ads = adsOf(config, store);
  const metrics = createMetrics({ config, unreadyReasons });
  const alerts = startAlerts({ store, config: () => settings.current().config, log });
  const dispatcher = createDispatcher({
    store,
    settings: config.delivery,
    events: tellAll(logDelivery(log), metrics.events.delivery, alerts.events),
  });
  const appender = createAppender(metrics.watchStore(store), {
    onRefused: (error) => log.error({ err: error }, 'the database refused an event: it was rejected'),
    onStored: (dueAt) => {
      for (const destination of dueAt.keys()) dispatcher.wake(destination);
    },
  });
  metrics.watchAppender(appender);
  const storage = createStorage({
    store,
    appender,
    isStopping: () => stopping,
    onError(error) {
      if (error instanceof StoreUnavailable) storeFailingUntil = performance.now() + UNREADY_MS;
      log.error({ err: error }, 'events could not be stored; their senders were asked to come again');
    },
  });
  const stopUpkeep = startUpkeep(store, config.retention, log);
  const stopRollUp = startRollUp(store, log);
  const accountWork = ads && startAccountWork(config, ads, store, log);
  const destinations = createServedDestinations(dispatcher);
  const deliver = (to: Config) => {
    const plans = planDestinations(to, store, ads?.client, logBug(log));
    metrics.expect(
      to.sites,
      plans.map(({ id }) => id),
    );
    destinations.serve(plans);
  };
  deliver(config);
  dispatcher.start();
  log.info(startSummary(config), 'started');

  async function stop(): Promise<void> {
    leaving = true;
    await delay(config.stopDelayMs);
    stopping = true;
    stopUpkeep();
    await settings.stop();
    // First, so that the delivery's last claim sees all that was acknowledged.
    await appender.drain();
    await dispatcher.stop({ graceMs: STOP_GRACE_MS });
    await destinations.close();
    await alerts.stop();
    await stopRollUp();
    await accountWork?.stop();
    await ads?.client.close();
    closing.abort();
    const waiting = await store.stats().then(
      ({ states }) => countWaiting(states),
      () => undefined,
    );
    await store.close();
    log.info({ waiting }, 'stopped');
  }
  let stopped: Promise<void> | undefined;
  return createFace({
    config,
    log,
    pixel,
    page,
    operations: (now, intake) => allOperations({ config: now, store, intake, settings, ads, log }),
    closing: closing.signal,
    storage,
    unreadyReasons,
    metrics,
    follow: (serve) =>
      settings.follow((changed) => {
        // First, so that nothing is taken for a queue that nobody empties.
        deliver(changed);
        serve(changed);
        accountWork?.restart(changed);
        log.info(startSummary(changed), 'the settings were changed');
      }),
    close: () => (stopped ??= stop()),
  });
}
