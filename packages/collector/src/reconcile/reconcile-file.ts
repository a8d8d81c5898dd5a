import type { Site } from '../config/config.ts';
import { idsOfCopies } from '../store/held-back.ts';
import type { EventView, Store } from '../store/port.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { type OrderLine, readOrders } from './read-orders.ts';
import { createTally, type Totals } from './totals.ts';

/** What became of one line. No cell of it is repeated. */
export type ReconciledLine = { line: number } & ({ outcome: Outcome } | { unreadable: string });

export interface ReconcileOptions {
  site: Pick<Site, 'id' | 'tagId' | 'idFromTransaction'>;
  store: Pick<Store, 'find'>;
  /** Name of the column with the order's id. */
  column: string | undefined;
  /** Called for some lines at a time, in order. */
  onLines(lines: ReconciledLine[]): Promise<void>;
}

export interface Reconciled {
  totals: Totals;
  /** Nothing from this line on was read. */
  stopped: Extract<OrderLine, { stopped: string }> | undefined;
}

/** Asked of the store at once. */
const LINES_AT_A_TIME = 200;

/** More tags and goals than one id has. */
const MAX_SAME_ID = 100;

/**
 * Gives each order of the shop exactly one outcome, in constant memory: that of the event under its
 * id.
 *
 * @param source path of the file, or what is in it
 * @throws the system's error where the file cannot be opened or read
 */
export async function reconcileFile(source: string | Buffer, options: ReconcileOptions): Promise<Reconciled> {
  const tally = createTally();
  let waiting: Exclude<OrderLine, { stopped: string }>[] = [];
  const settle = async () => {
    const lines = await Promise.all(
      waiting.map(async (read): Promise<ReconciledLine> => {
        if ('unreadable' in read) {
          tally.addUnreadable();
          return read;
        }
        const outcome = outcomeOf(await eventsOf(read.id, options));
        tally.add(outcome, read.value, read.currency);
        return { line: read.line, outcome };
      }),
    );
    waiting = [];
    await options.onLines(lines);
  };

  let stopped: Reconciled['stopped'];
  for await (const read of readOrders(source, options.column)) {
    if ('stopped' in read) stopped = read;
    else waiting.push(read);
    if (waiting.length === LINES_AT_A_TIME) await settle();
  }
  await settle();
  return { totals: tally.totals(), stopped };
}

/** What is stored of an order, also what was held back under a key of its own. */
async function eventsOf(id: string, { site, store }: ReconcileOptions): Promise<EventView[]> {
  const found = await Promise.all(
    idsOfCopies(id).map((eventId) => store.find({ eventId, limit: MAX_SAME_ID })),
  );
  return found
    .flat()
    .filter(({ tagId, name }) => tagId === site.tagId && site.idFromTransaction.includes(name));
}
