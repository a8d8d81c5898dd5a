import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, statement } from './database.ts';

/** How often the server is asked whether it is there, ms. */
const INTERVAL_MS = 2_000;

/** Who does not answer so simple a question within this time cannot be used, ms. */
const ANSWER_MAX_MS = 3_000;

/** After a failover an address may lead to a server that takes no writes yet. */
const IS_READ_ONLY = statement(
  `SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean AS "isReadOnly"`,
);

export interface Watch {
  /** Whether the server took writes when it was last asked, and no call has found it gone since. */
  isUp(): boolean;
  stop(): void;
}

/** Asks the server again and again, so that probes know of its state without a call of their own. */
export function watch(database: Database): Watch {
  let isUp = true;
  async function look(): Promise<void> {
    const asked = database.run<{ isReadOnly: boolean }>(IS_READ_ONLY, []);
    const answer = await Promise.race([
      asked.catch(() => undefined),
      sleep(ANSWER_MAX_MS, undefined, { ref: false }),
    ]);
    isUp = answer?.[0]?.isReadOnly === false;
  }
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => {
      isLooking = false;
    });
  }, INTERVAL_MS).unref();
  return { isUp: () => isUp && database.isUp(), stop: () => clearInterval(timer) };
}
