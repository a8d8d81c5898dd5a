import { type EventSummary, SUMMARY_TEXT_CHARS } from '../reading.ts';

/** A line of a list: what is not there is null. */
export type SummaryRow = { [Key in keyof EventSummary]: EventSummary[Key] | null } & {
  /** Address, value and currency of what is sent, as a JSON list; null where the content is gone. */
  told: string | null;
};

export function toSummary({ told, ...row }: SummaryRow): EventSummary {
  const [pageUrl, value, currency] = told === null ? [] : (JSON.parse(told) as unknown[]);
  return {
    ...(row as EventSummary),
    dueAt: row.dueAt ?? undefined,
    endedAt: row.endedAt ?? undefined,
    code: row.code ?? undefined,
    pageUrl: typeof pageUrl === 'string' ? pageUrl.slice(0, SUMMARY_TEXT_CHARS) : undefined,
    value: typeof value === 'number' ? value : undefined,
    currency: typeof currency === 'string' ? currency : undefined,
  };
}
