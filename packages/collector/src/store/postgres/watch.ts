import { setImmediate as othersFirst, setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, statement } from './database.ts';

/** How often the server is asked whether it is there, ms. */
const INTERVAL_MS = 2_000;

/** Who does not answer so simple a question within this time cannot be used, ms. */
const ANSWER_MAX_MS = 3_000;

/** After a failover an address may lead to a server that takes no writes yet. */
const IS_READ_ONLY = statement(
  `SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean AS "isReadOnly"`,
);

export interface Watch {
  /** True from when the server does not answer, or takes no writes, until it does again. */
  isGone(): boolean;
  close(): Promise<void>;
}

/**
 * Asks the server again and again, on a connection of its own, so that its state is known without a call.
 *
 * @param onGone told each time when the server has gone
 */
export function watch(url: string, onGone: () => void): Watch {
  const database = createDatabase({ url, connections: 1 });
  let isGone = false;
  let isLooking = false;

  async function look(): Promise<void> {
    isLooking = true;
    const asked = database.run<{ isReadOnly: boolean }>(IS_READ_ONLY, []).catch(() => undefined);
    // An answer that came while this process was busy counts, though the time is over.
    const tooLate = sleep(ANSWER_MAX_MS, undefined, { ref: false }).then(() => othersFirst(undefined));
    const answer = await Promise.race([asked, tooLate]);
    const wasGone = isGone;
    isGone = answer?.[0]?.isReadOnly !== false;
    if (isGone) database.reconnect();
    if (isGone && !wasGone) onGone();
    isLooking = false;
  }

  const timer = setInterval(() => {
    if (!isLooking) void look();
  }, INTERVAL_MS).unref();
  return {
    isGone: () => isGone,
    close() {
      clearInterval(timer);
      return database.close();
    },
  };
}
