import type { Appended, Appender, AppendOptions } from '../store/appender.ts';
import type { Arrivals, Memory, Store } from '../store/port.ts';
import type { Refusal } from './intake.ts';

/** The store as the ways in see it: what it cannot do now is an answer, not an exception. */
export interface Storage {
  recall(site: string, keys: readonly string[]): Promise<Memory[] | Refusal>;
  /** Looks for single events. */
  find<T>(look: (store: Pick<Store, 'find'>) => Promise<T>): Promise<T | Refusal>;
  append(arrivals: Arrivals, options?: AppendOptions): Promise<Appended[] | Refusal>;
}

export interface StorageOptions {
  store: Pick<Store, 'recall' | 'find'>;
  appender: Appender;
  isStopping(): boolean;
  /** Called with what the disk or database said; the client hears only that it shall come again. */
  onError(error: unknown): void;
}

/** How long a client is asked to wait when nothing can be taken, s. */
const RETRY_AFTER_S = 2;

const BUSY: Refusal = { refused: 'busy', retryAfterS: RETRY_AFTER_S };
const STOPPING: Refusal = { refused: 'stopping', retryAfterS: RETRY_AFTER_S };

export function createStorage({ store, appender, isStopping, onError }: StorageOptions): Storage {
  /** Holds nothing of what is asked: it waits for as long as the disk takes. */
  async function settled<T>(asked: Promise<T | 'busy'>): Promise<T | Refusal> {
    try {
      const result = await asked;
      return result === 'busy' ? BUSY : result;
    } catch (error) {
      onError(error);
      return BUSY;
    }
  }
  const attempt = <T>(ask: () => Promise<T | 'busy'>): Promise<T | Refusal> =>
    isStopping() ? Promise.resolve(STOPPING) : settled(ask());
  return {
    recall: (site, keys) => attempt(() => store.recall(site, keys)),
    find: (look) => attempt(() => look(store)),
    append: (arrivals, options) => attempt(() => appender.append(arrivals, options)),
  };
}

/** Where this process must not store anything. */
export const NO_STORAGE: Storage = {
  recall: async () => BUSY,
  find: async () => BUSY,
  append: async () => BUSY,
};
