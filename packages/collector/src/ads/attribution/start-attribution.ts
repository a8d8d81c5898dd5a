import type { Config } from '../../config/config.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../store/port.ts';
import { utcDay } from '../../utc-day.ts';
import { accountOf, readChosenAccount } from '../account.ts';
import type { Ads } from '../of-config.ts';
import { claimDay, keepAttribution } from './attribution-records.ts';
import { fetchAttribution } from './fetch-attribution.ts';

/** How often is looked whether a new day has begun, ms. */
const LOOK_MS = 3_600_000;

/** All of Microsoft's answers together may take so long, ms. */
const TIMEOUT_MS = 60_000;

export interface Attribution {
  /** One look; resolves when it is done, and never rejects. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/** Fetches the attribution report of each account that is fed, once a day, and keeps it. */
export function startAttribution(
  { sites }: Pick<Config, 'sites'>,
  { connection, client }: Pick<Ads, 'connection' | 'client'>,
  store: Pick<Store, 'readRecord' | 'listRecords' | 'swapRecord'>,
  log: Log,
): Attribution {
  const stopped = new AbortController();
  const fed = sites.filter(
    ({ mode, goals }) => mode === 'live' && goals.some(({ kind }) => kind === 'offline'),
  );

  async function fetchAll(): Promise<void> {
    // Without a sign-in the queues are paused, and say so themselves.
    if (fed.length === 0 || (await connection.status()).state !== 'signed-in') return;
    const chosen = await readChosenAccount(store);
    const accounts = new Map(
      fed.flatMap((site) => {
        const account = accountOf(site, chosen);
        return account ? [[account.accountId, account] as const] : [];
      }),
    );
    for (const account of accounts.values()) {
      const now = Date.now();
      if (stopped.signal.aborted || !(await claimDay(store, account.accountId, utcDay(now)))) continue;
      const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const report = await fetchAttribution({ client, account, signal }, now);
      if ('days' in report) await keepAttribution(store, account.accountId, report.days);
      else if (!stopped.signal.aborted)
        log.warn(
          { account: account.accountId, reason: report.problem },
          'no attribution report; asked again tomorrow',
        );
    }
  }

  let looking = Promise.resolve();
  const look = () => {
    looking = looking.then(fetchAll).catch((error: unknown) => {
      if (!stopped.signal.aborted) log.error({ err: error }, 'the attribution report could not be kept');
    });
    return looking;
  };
  void look();
  const timer = setInterval(look, LOOK_MS).unref();
  return {
    look,
    stop() {
      clearInterval(timer);
      stopped.abort();
      return looking;
    },
  };
}
