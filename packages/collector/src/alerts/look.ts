import type { Config } from '../config/config.ts';
import type { Store } from '../store/port.ts';
import { messageOf } from './alert-message.ts';
import { type AlertState, readAlertState, writeAlertState } from './alert-record.ts';
import { findConditions } from './conditions.ts';
import { addWarned, type WarningCounter } from './count-warnings.ts';
import { decideAlerts, type News } from './decide.ts';
import { readSignals, type SignalStore } from './signals.ts';

/** One process looks about so often, ms. */
export const LOOK_MS = 60_000;

/** Timers of several processes are not in step: who comes a little early looks all the same, ms. */
const EARLY_MS = 5_000;

/** Beyond it the oldest is not told any more: the receiver has been away for long. */
const MAX_OUTBOX = 200;

export interface LookOptions {
  store: SignalStore & Pick<Store, 'readRecord' | 'swapRecord'>;
  config: Config;
  warnings: Pick<WarningCounter, 'counted' | 'forget'>;
  newId(): string;
}

/**
 * One look at how things stand. What is new is in the outbox then, if there is an address to tell it to.
 *
 * @param now ms
 * @returns what is new; nothing where another process has just looked
 */
export async function lookForAlerts(options: LookOptions, now: number): Promise<News[]> {
  const { store, warnings } = options;
  const { version, state } = await readAlertState(store);
  const counted = warnings.counted();
  // Also after the clock was set back: nobody would look until it has caught up.
  const isDue = Math.abs(now - state.lookedAt) >= LOOK_MS - EARLY_MS;
  if (!isDue && Object.keys(counted).length === 0) return [];

  const warned = addWarned(state.warned, counted);
  const { news, ...next } = isDue
    ? await decide(options, { ...state, warned }, now)
    : { ...state, warned, news: [] };
  // Who was too late keeps its counts for the next look.
  if (!(await writeAlertState(store, version, next))) return [];
  warnings.forget(counted);
  return news;
}

async function decide(
  { store, config, newId }: LookOptions,
  { open, ended, memory, warned, outbox }: AlertState,
  now: number,
): Promise<AlertState & { news: News[] }> {
  const signals = await readSignals(store, config, now);
  const isOpen = (key: string) => open.some((alert) => alert.key === key);
  const { memory: remembered, ...findings } = findConditions(signals, config, { memory, isOpen, warned });
  const { news, ...alerts } = decideAlerts({ open, ended }, findings, now, newId);
  const told = news.map((one) => ({
    id: `${one.alert.id}-${one.state}`,
    message: messageOf(one, now),
    attempts: 0,
    dueAt: now,
  }));
  const isTold = config.alerts.webhook !== undefined;
  return {
    ...alerts,
    lookedAt: now,
    memory: remembered,
    warned: {},
    outbox: isTold ? [...outbox, ...told].slice(-MAX_OUTBOX) : [],
    news,
  };
}
