import type { Condition, EndedAlert, OpenAlert } from './alert.ts';
import type { Findings } from './conditions.ts';

/** What is over must stay so this long before it is told, ms: who comes and goes is not told each time. */
export const OVER_AFTER_MS = 5 * 60_000;

/** What was over is shown that far back. */
const MAX_ENDED = 50;

export interface Alerts {
  open: OpenAlert[];
  /** The newest first. */
  ended: EndedAlert[];
}

/** What is to be told, in this order. */
export type News = { state: 'raised'; alert: OpenAlert } | { state: 'over'; alert: EndedAlert };

/**
 * Each thing that is wrong is told once, and once when it is over.
 *
 * @param now ms
 * @param newId a fresh id
 */
export function decideAlerts(
  { open, ended }: Alerts,
  { conditions, unknown }: Pick<Findings, 'conditions' | 'unknown'>,
  now: number,
  newId: () => string,
): Alerts & { news: News[] } {
  const wrong = new Map(conditions.map((condition) => [condition.key, condition]));
  const stillOpen: OpenAlert[] = [];
  const over: EndedAlert[] = [];
  for (const alert of open) {
    const condition = wrong.get(alert.key);
    const isGone = !condition && !unknown.includes(alert.kind);
    // Not later than now: the clock may have been set back.
    const gone = isGone ? Math.min(alert.goneSince ?? now, now) : undefined;
    if (gone !== undefined && now - gone >= OVER_AFTER_MS) over.push({ ...alert, until: gone });
    else stillOpen.push(asOpen(condition ?? alert, alert, gone));
  }
  const known = new Set(open.map(({ key }) => key));
  const raised = conditions
    .filter(({ key }) => !known.has(key))
    .map((condition) => ({ ...condition, id: newId(), since: now }));
  return {
    open: [...stillOpen, ...raised],
    ended: [...over.toReversed(), ...ended].slice(0, MAX_ENDED),
    news: [
      ...over.map((alert) => ({ state: 'over', alert }) as const),
      ...raised.map((alert) => ({ state: 'raised', alert }) as const),
    ],
  };
}

/** With the facts of now. */
function asOpen(facts: Condition, { id, since }: OpenAlert, goneSince: number | undefined): OpenAlert {
  const { key, kind, site, destination, title, detail } = facts;
  return {
    ...{ key, kind, title, detail, id, since },
    ...(site !== undefined && { site }),
    ...(destination !== undefined && { destination }),
    ...(goneSince !== undefined && { goneSince }),
  };
}
