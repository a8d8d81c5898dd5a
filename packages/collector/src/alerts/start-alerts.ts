import { randomUUID } from 'node:crypto';
import type { Config } from '../config/config.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/port.ts';
import { createWarningCounter, type WarningCounter } from './count-warnings.ts';
import type { News } from './decide.ts';
import { LOOK_MS, lookForAlerts } from './look.ts';
import { emptyOutbox } from './outbox.ts';
import { postAlert } from './post-alert.ts';

export interface RunningAlerts {
  /** What delivery tells. */
  events: WarningCounter['events'];
  /** Waits for the look under way. */
  stop(): Promise<void>;
}

export interface AlertOptions {
  store: Store;
  /** As it holds now. */
  config(): Config;
  log: Log;
  /** Stands in for the minute between two looks, ms. */
  lookMs?: number;
  /** ms. */
  clock?(): number;
}

/** Looks every minute at how things stand, and tells what is wrong once, and once when it is over. */
export function startAlerts({
  store,
  config,
  log,
  lookMs = LOOK_MS,
  clock = Date.now,
}: AlertOptions): RunningAlerts {
  const stopped = new AbortController();
  const warnings = createWarningCounter();

  async function look(): Promise<void> {
    const settings = config();
    const news = await lookForAlerts({ store, config: settings, warnings, newId: randomUUID }, clock());
    for (const one of news) writeDown(log, one);
    await emptyOutbox(
      {
        store,
        post: (id, message) => postAlert(settings.alerts, id, message, stopped.signal),
        onFault: (reason, isLast) => {
          if (!stopped.signal.aborted) log.warn({ reason, isLast }, 'an alert could not be posted');
        },
      },
      clock(),
    );
  }

  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: unknown) => {
        if (!stopped.signal.aborted)
          log.error({ err: error }, 'nobody looked for alerts; tried again in a minute');
      })
      .finally(() => {
        looking = undefined;
      });
  }, lookMs).unref();
  return {
    events: warnings.events,
    async stop() {
      clearInterval(timer);
      stopped.abort();
      await looking;
    },
  };
}

function writeDown(log: Log, { state, alert: { kind, site, destination, title, detail } }: News): void {
  const facts = { alert: kind, state, site, destination };
  if (state === 'raised') log.warn({ ...facts, detail }, title);
  else log.info(facts, `over: ${title}`);
}
