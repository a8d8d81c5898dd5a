import type { Facts } from '../pipeline/facts.ts';

export type Taken = 'accepted' | 'duplicate' | 'skipped' | 'rejected';

/** What became of each event that was answered for. Nothing is told of a request that is asked to come again. */
export interface IntakeEvents {
  /**
   * Must not throw.
   *
   * @param reason of `skipped`: the words of the rule; of `rejected`: the code of the first error
   */
  onEvent({ site, source }: Pick<Facts, 'site' | 'source'>, taken: Taken, reason?: string): void;
}
