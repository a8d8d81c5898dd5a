import type { Store } from '../store/port.ts';
import type { AlertMessage } from './alert-message.ts';
import type { Memory } from './conditions.ts';
import type { Alerts } from './decide.ts';
import type { WarnedEvents } from './warning-rate.ts';

/**
 * What all processes of a data directory know of alerts, in one record: who writes it has decided, and
 * who does not succeed has done nothing. So each thing is told once, whoever sees it and whoever restarts.
 */

const RECORD = ['alerts', 'state'] as const;

export interface AlertState extends Alerts {
  /** When somebody looked last, ms. */
  lookedAt: number;
  memory?: Memory;
  /** Since then, by destination: what other processes delivered. */
  warned: Record<string, WarnedEvents>;
  /** What is still to be told, in its order. */
  outbox: PendingMessage[];
}

export interface PendingMessage {
  /** Of the message: the same at each attempt. */
  id: string;
  message: AlertMessage;
  attempts: number;
  /** Not before, ms: another process may be at it. */
  dueAt: number;
}

export interface ReadState {
  version: number;
  state: AlertState;
}

type Records = Pick<Store, 'readRecord' | 'swapRecord'>;

export async function readAlertState(store: Pick<Records, 'readRecord'>): Promise<ReadState> {
  const record = await store.readRecord(...RECORD);
  if (!record) return { version: 0, state: { lookedAt: 0, open: [], ended: [], warned: {}, outbox: [] } };
  return { version: record.version, state: JSON.parse(record.value) as AlertState };
}

/** True where nobody else has written since. */
export function writeAlertState(store: Records, version: number, state: AlertState): Promise<boolean> {
  return store.swapRecord(...RECORD, version, JSON.stringify(state));
}
