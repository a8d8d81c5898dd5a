import type { Config } from '../config/config.ts';
import { destinationName, isTest, isUpload } from '../destination-id.ts';
import { destinationIds } from '../destinations/of-config.ts';
import { percent } from '../percent.ts';
import type { AccountOverview, ReasonCount } from '../store/reading.ts';
import type { AlertKind, Condition } from './alert.ts';
import { type Failures, followFailures, newFailures } from './failures.ts';
import { silenceOf } from './purchase-silence.ts';
import type { Signals } from './signals.ts';
import {
  followWarnings,
  haveWarningsRisen,
  shareOf,
  type WarnedEvents,
  type WarningRate,
} from './warning-rate.ts';

const DAY_MS = 86_400_000;

/** Of the seven days after which Microsoft takes an event no more: time is left to do something, ms. */
const OLDEST_MS = 5 * DAY_MS;

/** Of the 90 days of an offline conversion, which waits on purpose where its goal is switched off, ms. */
const OLDEST_ON_PURPOSE_MS = 80 * DAY_MS;

/**
 * For a destination that the settings do not name, ms: what another collector on the same store delivers, with other
 * settings, goes within seconds.
 */
const STRAY_MS = 10 * 60_000;

/** Little room: ten times of what collecting ends at, and 1 GB where there is no such limit, bytes. */
const LOW_FACTOR = 10;
const LOW_BYTES = 1_000_000_000;

/** Told room must grow by this much before it is enough again. */
const ENOUGH_FACTOR = 1.2;

/** What is remembered from look to look, by destination (and site). */
export interface Memory {
  failures: Record<string, Failures>;
  warnings: Record<string, WarningRate>;
}

export interface Findings {
  conditions: Condition[];
  /** Kinds of which nothing is known now: what was told of them stays. */
  unknown: AlertKind[];
  memory: Memory;
}

export interface Before {
  /** Undefined at the very first look, when what has failed before is no news. */
  memory: Memory | undefined;
  /** Whether somebody was told. */
  isOpen(key: string): boolean;
  /** Since the last look, by destination. */
  warned: Readonly<Record<string, WarnedEvents>>;
}

/** Codes that an alert names. */
const MAX_CODES = 2;

/** Everything that is wrong now, but for what happens to test events. */
export function findConditions(
  { overview, ...others }: Signals,
  config: Pick<Config, 'sites' | 'minFreeBytes'>,
  before: Before,
): Findings {
  const signals = {
    ...others,
    overview: {
      ...overview,
      accounts: overview.accounts.filter(({ destination }) => isReal(destination)),
      destinations: overview.destinations.filter(({ destination }) => isReal(destination)),
    },
  };
  const failures = allFailures(signals, before);
  const warnings = allWarnings(signals, before);
  return {
    conditions: [
      ...pauses(signals, config),
      ...failing(signals, failures),
      ...waiting(signals, config),
      ...silences(signals),
      ...risenWarnings(warnings, config, before),
      ...lowDisk(signals, config, before),
    ],
    unknown: [
      ...(signals.purchases ? [] : (['no_purchases'] as const)),
      ...(signals.freeBytes === undefined ? (['disk'] as const) : []),
    ],
    memory: { failures, warnings },
  };
}

function isReal(destination: string): boolean {
  return !isTest(destination);
}

function pauses({ overview }: Signals, config: Pick<Config, 'sites'>): Condition[] {
  return overview.destinations.flatMap(({ destination, paused }) =>
    paused
      ? [
          {
            key: `paused ${destination}`,
            kind: 'paused' as const,
            ...siteOf(destination, config),
            destination,
            title: `Delivery to ${destinationName(destination)} is paused`,
            detail: `Its events are kept and wait; uet-capi doctor says what to do. Reason: ${paused.reason}`,
          },
        ]
      : [],
  );
}

/** The most frequent codes of the last day: whoever is woken by it can tell what it is. */
function mostlyFor(reasons: readonly ReasonCount[], site: string, destination: string, now: number): string {
  const codes = reasons
    .filter((one) => one.site === site && one.destination === destination)
    .filter(({ state, code, at }) => state !== 'skipped' && code !== '' && now - at < DAY_MS)
    .map(({ code }) => code);
  return codes.length > 0 ? `, mostly ${[...new Set(codes)].slice(0, MAX_CODES).join(' and ')}` : '';
}

function failing({ overview, now }: Signals, failures: Memory['failures']): Condition[] {
  return overview.accounts.flatMap(({ site, destination }) => {
    const known = failures[accountKey({ site, destination })];
    const count = known ? newFailures(known) : 0;
    if (count <= 0) return [];
    return [
      {
        key: `failed ${accountKey({ site, destination })}`,
        kind: 'failed' as const,
        site,
        destination,
        title: `Events of ${site} could not be delivered to ${destinationName(destination)}`,
        detail: `${count} were rejected, expired or cannot be sent${mostlyFor(overview.reasons, site, destination, now)}. Look at their reasons, then replay them.`,
      },
    ];
  });
}

function allFailures({ overview, now }: Signals, { memory }: Before): Memory['failures'] {
  const nothing: Failures = { base: 0, seen: 0, at: now };
  return Object.fromEntries(
    overview.accounts
      .filter(({ destination }) => destination !== '')
      .map((account) => {
        const known = memory && (memory.failures[accountKey(account)] ?? nothing);
        return [accountKey(account), followFailures(known, failedOf(account), now)];
      }),
  );
}

function failedOf({ ended: { rejected = 0, expired = 0, dead = 0 } }: AccountOverview): number {
  return rejected + expired + dead;
}

function accountKey({ site, destination }: { site: string; destination: string }): string {
  return `${site} ${destination}`;
}

function waiting({ overview, now }: Signals, config: Pick<Config, 'sites'>): Condition[] {
  const known = destinationIds(config.sites);
  return overview.destinations.flatMap(({ destination, oldestAt = now, stuckAt = now }) => {
    if (!known.includes(destination)) return stray(destination, now - oldestAt);
    const waitsMs = now - oldestAt >= OLDEST_ON_PURPOSE_MS ? now - oldestAt : now - stuckAt;
    if (waitsMs < OLDEST_MS) return [];
    const days = Math.floor(waitsMs / DAY_MS);
    const taken = isUpload(destination)
      ? 'offline conversions for 90 days after they happened'
      : 'events for 7 days';
    return [
      {
        key: `waiting ${destination}`,
        kind: 'waiting' as const,
        ...siteOf(destination, config),
        destination,
        title: `Events wait too long for ${destinationName(destination)}`,
        detail: `The oldest has waited ${days} days; Microsoft takes ${taken}.`,
      },
    ];
  });
}

function stray(destination: string, waitsMs: number): Condition[] {
  if (waitsMs < STRAY_MS) return [];
  return [
    {
      key: `waiting ${destination}`,
      kind: 'waiting' as const,
      destination,
      title: `Events wait for ${destinationName(destination)}, which is not in the settings any more`,
      detail:
        'Nobody delivers them. Its site was removed, or got another id or tag: with the old ones back they are delivered, ' +
        'otherwise they expire.',
    },
  ];
}

function silences({ purchases = new Map(), now }: Signals): Condition[] {
  return [...purchases].flatMap(([site, hours]) => {
    const silence = silenceOf(hours, now);
    if (!silence) return [];
    return [
      {
        key: `no_purchases ${site}`,
        kind: 'no_purchases' as const,
        site,
        title: `No purchases of ${site}`,
        detail:
          `None for ${silence.hours} hours, where there were at least ${silence.expected} in the same hours before. ` +
          'Look at the shop, its script tag, the proxy and the consent platform.',
      },
    ];
  });
}

function allWarnings({ now }: Signals, { memory, warned }: Before): Memory['warnings'] {
  const destinations = new Set([...Object.keys(memory?.warnings ?? {}), ...Object.keys(warned)]);
  return Object.fromEntries(
    [...destinations].filter(isReal).map((destination) => {
      const news = warned[destination] ?? { accepted: 0, warned: 0 };
      return [destination, followWarnings(memory?.warnings[destination], news, now)];
    }),
  );
}

function risenWarnings(
  rates: Memory['warnings'],
  config: Pick<Config, 'sites'>,
  { isOpen }: Before,
): Condition[] {
  return Object.entries(rates).flatMap(([destination, rate]) => {
    const key = `warnings ${destination}`;
    if (!haveWarningsRisen(rate, isOpen(key))) return [];
    const [lately, usually] = [rate.lately, rate.usually].map((events) => percent(shareOf(events)));
    return [
      {
        key,
        kind: 'warnings' as const,
        ...siteOf(destination, config),
        destination,
        title: `Events to ${destinationName(destination)} are accepted with more warnings than usual`,
        detail: `${lately} of them lately, ${usually} usually: fields that Microsoft removed, or answers that are not Microsoft's. Look at the codes in the overview.`,
      },
    ];
  });
}

function lowDisk(
  { freeBytes }: Signals,
  { minFreeBytes }: Pick<Config, 'minFreeBytes'>,
  { isOpen }: Before,
): Condition[] {
  const key = 'disk';
  const low = (minFreeBytes > 0 ? minFreeBytes * LOW_FACTOR : LOW_BYTES) * (isOpen(key) ? ENOUGH_FACTOR : 1);
  if (freeBytes === undefined || freeBytes >= low) return [];
  return [
    {
      key,
      kind: 'disk',
      title: 'Little room is left for the data directory',
      detail:
        `${Math.floor(freeBytes / 1e6)} MB are free; below ${Math.floor(minFreeBytes / 1e6)} MB no event is taken. ` +
        'Make room.',
    },
  ];
}

/** The site that a destination belongs to: its tag's, or the one that it names. */
function siteOf(destination: string, { sites }: Pick<Config, 'sites'>): { site?: string } {
  const owner = destination.slice(destination.indexOf(':') + 1);
  const site = sites.find(({ id, tagId }) => tagId === owner || id === owner);
  return site ? { site: site.id } : {};
}
