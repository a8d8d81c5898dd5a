import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/port.ts';
import { startAttribution } from './attribution/start-attribution.ts';
import { startGoalsCheck } from './goals/start-goals-check.ts';
import type { Ads } from './of-config.ts';

export interface AccountWork {
  /** With other sites; nothing where they feed the same goals as before. */
  restart(config: Pick<Config, 'sites'>): void;
  stop(): Promise<void>;
}

/** What is asked of the accounts beside the events' way: their goals, and Microsoft's daily report. */
export function startAccountWork(
  config: Pick<Config, 'sites'>,
  ads: Ads,
  store: Pick<Store, 'readRecord' | 'listRecords' | 'swapRecord'>,
  log: Log,
): AccountWork {
  const start = (now: Pick<Config, 'sites'>) => {
    const works = [startGoalsCheck(now, ads, store, log), startAttribution(now, ads, store, log)];
    return { fed: fedBy(now), stop: () => Promise.all(works.map((work) => work.stop())) };
  };
  let current = start(config);
  const ending: Promise<unknown>[] = [];
  return {
    restart(now) {
      if (isDeepStrictEqual(fedBy(now), current.fed)) return;
      ending.push(current.stop());
      current = start(now);
    },
    async stop() {
      await Promise.all([...ending, current.stop()]);
    },
  };
}

function fedBy({ sites }: Pick<Config, 'sites'>): object[] {
  return sites.map(({ id, tagId, mode, customerId, accountId, goals }) => ({
    id,
    tagId,
    mode,
    customerId,
    accountId,
    goals,
  }));
}
