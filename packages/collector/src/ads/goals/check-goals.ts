import type { Goal } from '../../config/ads-schema.ts';
import type { AccountGoal } from './account-goals.ts';
import { waitsFor } from './waits-for.ts';

export interface Finding {
  /** `mistake`: conversions are refused, lost or counted twice. `warning`: it may be meant so. */
  severity: 'mistake' | 'warning';
  /** What is wrong. */
  what: string;
  /** What to do. */
  next: string;
  /** Both, as one line. */
  message: string;
}

/** What one site wants, and what Microsoft has for it. */
export interface GoalsOfSite {
  mappings: readonly Goal[];
  offline: readonly AccountGoal[];
  /** Of the site's UET tag. */
  online: readonly AccountGoal[];
  /** Names of events that the Conversions API took lately. */
  namesSent: readonly string[];
}

export const mistake = (what: string, next: string): Finding => ({
  severity: 'mistake',
  ...said(what, next),
});
export const warning = (what: string, next: string): Finding => ({
  severity: 'warning',
  ...said(what, next),
});

/** A sentence has one colon. */
function said(what: string, next: string): Omit<Finding, 'severity'> {
  return { what, next, message: `${what}${what.includes(': ') ? ';' : ':'} ${next}` };
}

/** Compares the setting `goals` with the account. Mappings that are switched off are not looked at. */
export function checkGoals({ mappings, offline, online, namesSent }: GoalsOfSite): Finding[] {
  const enabled = mappings.filter((mapping) => mapping.enabled);
  const findings = enabled.flatMap((mapping) =>
    mapping.kind === 'offline'
      ? [...checkOffline(mapping, offline, online), ...checkTwice(mapping, offline, online)]
      : checkOnline(mapping, offline, online),
  );
  const mapped = enabled.map(({ event }) => event);
  const unheard = namesSent.filter(
    (name) => !mapped.includes(name) && !online.some((goal) => waitsFor(goal, name)),
  );
  return [
    ...unique(findings),
    ...unheard.map((name) =>
      warning(
        `no goal of the UET tag waits for the event ${quote(name)}: Microsoft takes it, and counts nothing`,
        'where it is a conversion, create an event goal with this action',
      ),
    ),
  ];
}

function checkOffline(
  mapping: Goal,
  offline: readonly AccountGoal[],
  online: readonly AccountGoal[],
): Finding[] {
  const { goal: name, send, value, currency } = mapping;
  const goal = offline.find((one) => one.name === name);
  if (!goal) return [missing(mapping, offline, online)];
  const findings: Finding[] = [];
  if (goal.status !== 'Active') findings.push(paused(goal));
  if (goal.isExternallyAttributed) {
    findings.push(
      mistake(
        `the goal ${quote(name)} is externally attributed, and refuses all conversions without credits`,
        'map another goal',
      ),
    );
  }
  if (mapping.adjust !== undefined) return findings;
  if (send === 'all' && !goal.isEnhanced) {
    findings.push(
      mistake(
        `the goal ${quote(name)} takes no hashes (enhanced conversions are off), and refuses conversions without a click id`,
        "turn enhanced conversions on for it in Microsoft Advertising, or set send: 'attributed'",
      ),
    );
  }
  if (
    value !== 'goal' &&
    currency !== undefined &&
    goal.currency !== undefined &&
    currency !== goal.currency
  ) {
    findings.push(
      warning(
        `the goal ${quote(name)} has the currency ${goal.currency}, and its mapping ${currency}: Microsoft takes the mapping's`,
        'set the same currency in both, unless it is meant so',
      ),
    );
  }
  if (typeof value === 'number' && currency === undefined && goal.currency === undefined) {
    findings.push(
      warning(
        `the goal ${quote(name)} gets the value ${value} without a currency`,
        'set currency in its mapping',
      ),
    );
  }
  return findings;
}

function checkOnline(
  mapping: Goal,
  offline: readonly AccountGoal[],
  online: readonly AccountGoal[],
): Finding[] {
  const { goal: name, event, adjust } = mapping;
  const goal = online.find((one) => one.name === name);
  if (!goal) return [missing(mapping, online, offline)];
  if (goal.status !== 'Active') return [paused(goal)];
  if (adjust !== undefined || waitsFor(goal, event)) return [];
  const waits = goal.type === 'Event' ? `waits for ${describeAction(goal)}` : `is of the type ${goal.type}`;
  return [
    mistake(
      `the goal ${quote(name)} ${waits}, not for the event ${quote(event)}: Microsoft takes the event, and counts nothing`,
      "change the goal's action or the name of the event",
    ),
  ];
}

/** The Conversions API is told of the same event, and nothing at Microsoft knows the two as one. */
function checkTwice(
  { event, goal: name, adjust }: Goal,
  offline: readonly AccountGoal[],
  online: readonly AccountGoal[],
): Finding[] {
  if (adjust !== undefined || offline.some((goal) => goal.name === name && goal.isExcludedFromBidding))
    return [];
  return online
    .filter((goal) => !goal.isExcludedFromBidding && waitsFor(goal, event))
    .map((goal) =>
      mistake(
        `the event ${quote(event)} counts twice: in the offline goal ${quote(name)} and in the goal ${quote(goal.name)} of the UET tag`,
        'feed one of them, or take one out of "Conversions" and bidding in Microsoft Advertising',
      ),
    );
}

/** @param others goals of the other kind */
function missing(
  { goal: name, kind }: Goal,
  goals: readonly AccountGoal[],
  others: readonly AccountGoal[],
): Finding {
  const what = kind === 'offline' ? 'no offline goal of the account' : 'no goal of the UET tag';
  const near = goals.find((goal) => loose(goal.name) === loose(name));
  if (near) {
    return mistake(
      `${what} is named ${quote(name)}, but one ${quote(near.name)}`,
      'write it letter by letter',
    );
  }
  if (others.some((goal) => goal.name === name)) {
    const is = kind === 'offline' ? 'a goal of the UET tag' : 'an offline goal';
    const right = kind === 'offline' ? 'online' : 'offline';
    return mistake(`${quote(name)} is ${is}`, `set kind: '${right}', or name another goal`);
  }
  const known = goals.map((goal) => quote(goal.name)).join(', ');
  return mistake(
    `${what} is named ${quote(name)}`,
    `create it in Microsoft Advertising, or name one of ${known || 'those that you create'}`,
  );
}

function paused({ name, status }: AccountGoal): Finding {
  return mistake(
    `the goal ${quote(name)} is ${status.toLowerCase()} and counts nothing`,
    'activate it in Microsoft Advertising, or set enabled: false',
  );
}

/** As an operator reads it. */
export function describeAction({ action }: AccountGoal): string {
  if (!action) return 'every event';
  return action.operator === 'Equals'
    ? quote(action.expression)
    : `${action.operator} ${quote(action.expression)}`;
}

function loose(name: string): string {
  return name.replace(/\s+/g, '').toLowerCase();
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** Several events may feed one goal; what is wrong with it is said once. */
function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [finding.message, finding])).values()];
}
