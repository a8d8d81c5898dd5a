import type { Day } from '../store/day-table.ts';
import type { Source } from '../store/port.ts';
import { type BrowserCopies, browserCopiesOf } from './browser-copies.ts';
import { type Advice, adviseOn } from './match-advice.ts';
import { groupBy, sumOf } from './sum.ts';

/** What Microsoft can recognise somebody by, and what it must know besides, in its own terms. */
export const MATCH_FIELDS = [
  'msclkid',
  'em',
  'ph',
  'externalId',
  'anonymousId',
  'clientIpAddress',
  'clientUserAgent',
] as const;

export type MatchField = (typeof MATCH_FIELDS)[number];

/** How well the events of one name can be matched with people and clicks. */
export interface MatchQuality {
  site: string;
  /** `pageLoad` for page loads; empty for the revenue of page loads. */
  name: string;
  events: number;
  /** By the way on which they came first. */
  sources: Partial<Record<Source, number>>;
  /** Share with consent for advertising, 0 to 1. Others may not be matched with anybody. */
  consent: number;
  /** Of those with consent: the share that has it, 0 to 1. */
  shares: Record<MatchField, number>;
  browserCopies: BrowserCopies;
  /** What to do about each gap, the most rewarding first. */
  advice: Advice[];
}

/** By site and name, the most frequent first. */
export function matchQualityOf(days: readonly Day[]): MatchQuality[] {
  const groups = groupBy(
    days.filter(({ counts }) => counts.events),
    ({ site, name }) => JSON.stringify([site, name]),
  );
  return [...groups.values()].map(qualityOf).sort((a, b) => b.events - a.events);
}

function qualityOf(days: readonly Day[]): MatchQuality {
  const { site, name } = days[0]!;
  const events = sumOf(days, 'events');
  const granted = sumOf(days, 'granted');
  const share = (field: MatchField) => (granted > 0 ? sumOf(days, field) / granted : 0);
  const bySource = [...groupBy(days, ({ source }) => source)].map(([source, rows]) => [
    source,
    sumOf(rows, 'events'),
  ]);
  const facts = {
    events,
    sources: Object.fromEntries(bySource) as MatchQuality['sources'],
    consent: granted / events,
    shares: Object.fromEntries(MATCH_FIELDS.map((field) => [field, share(field)])) as MatchQuality['shares'],
    browserCopies: browserCopiesOf(days),
  };
  return { site, name, ...facts, advice: adviseOn(name, facts) };
}
