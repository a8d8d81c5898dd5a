import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../port.ts';
import { describeAppend } from './contract/append.ts';
import { describeChanges } from './contract/changes.ts';
import { describeClaims } from './contract/claim.ts';
import { describeConservation } from './contract/conservation.ts';
import { describeDays } from './contract/days.ts';
import { describeDetail } from './contract/detail.ts';
import { describeErasure } from './contract/erasure.ts';
import { describeMemory } from './contract/memory.ts';
import { describeModel } from './contract/model.ts';
import { describeOverview } from './contract/overview.ts';
import { describePageReports } from './contract/page-report.ts';
import { describePause } from './contract/pause.ts';
import { describePeople } from './contract/people.ts';
import { describePrune } from './contract/prune.ts';
import { describeRecords } from './contract/records.ts';
import { describeRefusal } from './contract/refusal.ts';
import { describeReplay } from './contract/replay.ts';
import { describeSearch } from './contract/search.ts';
import { describeSettle } from './contract/settle.ts';
import { describeViews } from './contract/view.ts';

export type RefusingTable = 'event' | 'memory' | 'outcome' | 'content' | 'delivery';

export interface StoreUnderTest {
  /** Opened, empty. */
  store: Store;
  /** Opens the same data once more, as another process would. */
  another(): Promise<Store>;
  /** From now on the database refuses to insert (or what is named) rows of a table for which this SQL condition holds. */
  refuse(table: RefusingTable, condition: string, what?: 'INSERT' | 'UPDATE' | 'DELETE'): Promise<void>;
  /** Closes what is still open and removes the data. */
  end(): Promise<void>;
}

/** What every adapter of the port must do. `open` gives a fresh, empty store for each test. */
export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let current: StoreUnderTest;
    beforeEach(async () => {
      current = await open();
    });
    afterEach(() => current.end());

    const suites = [
      describeAppend,
      describeClaims,
      describeSettle,
      describePause,
      describePageReports,
      describeErasure,
      describeRefusal,
      describeMemory,
      describeViews,
      describeSearch,
      describeChanges,
      describeDetail,
      describeOverview,
      describePrune,
      describeReplay,
      describeRecords,
      describeDays,
      describePeople,
      describeConservation,
      describeModel,
    ];
    for (const suite of suites) suite(() => current);
  });
}
