import type { Config } from '../../config/config.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../store/port.ts';
import type { Ads } from '../of-config.ts';
import { surveyGoals } from './survey-goals.ts';

/** All of Microsoft's answers together may take so long, ms. */
const TIMEOUT_MS = 60_000;

export interface GoalsCheck {
  /** Resolves when all was said; never rejects. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Compares the settings with the account once, beside everything else, and logs what is wrong. Nothing
 * depends on it.
 */
export function startGoalsCheck(
  { sites }: Pick<Config, 'sites'>,
  { connection, client }: Pick<Ads, 'connection' | 'client'>,
  store: Pick<Store, 'readRecord'>,
  log: Log,
): GoalsCheck {
  const stopped = new AbortController();
  const fed = sites.filter(({ mode, goals }) => mode === 'live' && goals.some(({ enabled }) => enabled));
  const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]);

  async function check(): Promise<void> {
    // Without a sign-in the queues are paused, and say so themselves.
    if (fed.length === 0 || (await connection.status()).state !== 'signed-in') return;
    // Names of events come from browsers: the log has none of them.
    const surveys = await surveyGoals({ sites: fed, client, store, events: [], signal });
    if (stopped.signal.aborted) return;
    for (const { site, findings } of surveys) {
      for (const { severity, message } of findings) log.warn({ site, severity }, message);
    }
  }
  const ended = check().catch((error: unknown) => {
    if (!stopped.signal.aborted) log.error({ err: error }, 'the goals could not be checked');
  });
  return {
    ended,
    stop() {
      stopped.abort();
      return ended;
    },
  };
}
