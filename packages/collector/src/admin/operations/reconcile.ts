import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { OUTCOMES } from '../../reconcile/outcome.ts';
import { type ReconciledLine, reconcileFile } from '../../reconcile/reconcile-file.ts';
import type { Store } from '../../store/port.ts';
import { mayKnow, notFound, type Operation, operation } from '../operation.ts';

/** Of those that are not as they should be; more are for the command, which writes a line for each. */
const MAX_LINES = 1_000;

const orders = z.object({
  orders: z.int().nonnegative(),
  values: z.record(z.string(), z.number()).describe('Sums by currency; empty: none was named.'),
});

export interface ReconcileOperationParts {
  config: Pick<Config, 'sites'>;
  store: Pick<Store, 'find'>;
}

/** The shop's orders against ours, with the outcomes of `uet-capi reconcile`. Nothing of them is kept. */
export function createReconcileOperations({ config, store }: ReconcileOperationParts): Operation[] {
  return [
    operation({
      id: 'reconcile',
      method: 'POST',
      path: '/reconcile',
      summary: "Says what became of each order of the shop's list; the totals add up.",
      tag: 'Reconcile',
      // It changes nothing, but anybody's order could be asked for.
      needs: 'write',
      body: z.strictObject({
        site: z.string().min(1),
        csv: z.string().min(1).describe('With a header: the order’s id, and if you like value and currency.'),
        column: z
          .string()
          .min(1)
          .optional()
          .describe('Of the order’s id, if it is not transactionId, order id or id.'),
      }),
      answer: z.object({
        totals: z.object({
          lines: z.int().nonnegative(),
          unreadable: z.int().nonnegative(),
          outcomes: z.object(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, orders]))),
        }),
        lines: z
          .array(
            z.object({
              line: z.int().positive(),
              outcome: z.enum(OUTCOMES).optional(),
              unreadable: z.string().optional(),
            }),
          )
          .describe(`The first ${MAX_LINES} that were not accepted.`),
        stopped: z
          .object({ line: z.int().positive(), stopped: z.string() })
          .optional()
          .describe('Nothing from this line on was read, and why.'),
      }),
      async handle({ body: { site: id, csv, column }, principal }) {
        const site = config.sites.find((one) => one.id === id);
        if (!site || !mayKnow(principal, id)) return notFound(`the site ${id}`);
        const lines: ReconciledLine[] = [];
        const { totals, stopped } = await reconcileFile(Buffer.from(csv), {
          site,
          store,
          column,
          async onLines(read) {
            const wrong = read.filter((line) => !('outcome' in line) || line.outcome !== 'accepted');
            lines.push(...wrong.slice(0, MAX_LINES - lines.length));
          },
        });
        return { value: { totals, lines, stopped } };
      },
    }),
  ];
}
