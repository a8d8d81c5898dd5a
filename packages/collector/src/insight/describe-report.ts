import { percent } from '../percent.ts';
import type { BrowserCopies } from './browser-copies.ts';
import type { DayReport, Sales } from './day-report.ts';
import type { MatchQuality } from './match-quality.ts';

/** Names of events whose match quality is printed, of each site: the most frequent ones. */
const MAX_NAMES = 10;

/** The days of all sites, for a person. */
export function describeDays(reports: readonly DayReport[]): string {
  return reports.length > 0
    ? reports.map(describeDay).join('')
    : 'No events of the UET tag in these days; those of the last minute follow.\n';
}

/** One day of a site. */
function describeDay(report: DayReport): string {
  const { site, day, events, pageLoads, heldBack, purchases, channels } = report;
  const held = heldBack > 0 ? `; ${heldBack} more held back (tests, bots, own rules)` : '';
  return lines([
    `${day}  ${site}`,
    `  events      ${events}, of which ${pageLoads} page loads${held}`,
    `  purchases   ${describeSales(purchases)}`,
    ...Object.entries(channels)
      .filter(([, channel]) => channel.purchases.count > 0)
      .map(([source, channel]) => `    ${source.padEnd(9)} ${describeSales(channel.purchases)}`),
    ...describeCopies(report),
  ]);
}

function describeCopies({ browserCopies, purchaseCopies }: DayReport): string[] {
  const shares = [describeLoss('purchases', purchaseCopies), describeLoss('events', browserCopies)];
  const known = shares.filter((share) => share !== undefined);
  if (known.length === 0) return [];
  return [`  the browser's own tag was never seen on the page (estimate): ${known.join(', ')}`];
}

function describeLoss(what: string, { seen, unseen, estimatedLostShare }: BrowserCopies): string | undefined {
  if (estimatedLostShare === undefined) return undefined;
  return `${unseen} of ${seen + unseen} ${what} (${percent(estimatedLostShare)})`;
}

function describeSales({ count, value }: Sales): string {
  const sums = Object.entries(value).map(
    ([currency, sum]) => `${sum.toFixed(2)} ${currency || '(no currency)'}`,
  );
  return sums.length > 0 ? `${count}: ${sums.join(', ')}` : String(count);
}

const COLUMNS = ['msclkid', 'em', 'ph', 'externalId', 'anonymousId', 'clientIpAddress'] as const;

/** A table of shares, the most frequent names, and under it what to do. */
export function describeQuality(qualities: readonly MatchQuality[]): string {
  const shown = qualities.slice(0, MAX_NAMES);
  if (shown.length === 0) return '';
  const rows = [
    ['event', 'events', 'consent', ...COLUMNS],
    ...shown.map(({ name, events, consent, shares }) => [
      name || '(revenue of page loads)',
      String(events),
      percent(consent),
      ...COLUMNS.map((field) => percent(shares[field])),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return lines([
    ...rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd()),
    ...shown.flatMap(({ name, advice }) =>
      advice.map(({ field, message }) => `  ${name}, ${field}: ${message}`),
    ),
  ]);
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
