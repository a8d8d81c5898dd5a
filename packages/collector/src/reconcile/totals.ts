import { OUTCOMES, type Outcome } from './outcome.ts';

/** Orders by outcome; each order is in exactly one. */
export interface Totals {
  /** All lines of the file that are no header. */
  lines: number;
  /** Lines without an order that can be read. */
  unreadable: number;
  outcomes: Record<Outcome, { orders: number /** Sums by currency. */; values: Record<string, number> }>;
}

/** Sums are kept in thousandths, which are exact. */
const THOUSANDTHS = 1_000;

export function createTally() {
  const outcomes = new Map(
    OUTCOMES.map((outcome) => [outcome, { orders: 0, sums: new Map<string, number>() }]),
  );
  let lines = 0;
  let unreadable = 0;
  return {
    add(outcome: Outcome, value: number | undefined, currency: string): void {
      lines++;
      const { sums } = outcomes.get(outcome)!;
      outcomes.get(outcome)!.orders++;
      if (value === undefined) return;
      sums.set(currency, (sums.get(currency) ?? 0) + Math.round(value * THOUSANDTHS));
    },
    addUnreadable(): void {
      lines++;
      unreadable++;
    },
    totals(): Totals {
      const counted = [...outcomes].map(([outcome, { orders, sums }]) => {
        const values = Object.fromEntries([...sums].map(([code, sum]) => [code, sum / THOUSANDTHS]));
        return [outcome, { orders, values }];
      });
      return { lines, unreadable, outcomes: Object.fromEntries(counted) };
    },
  };
}
