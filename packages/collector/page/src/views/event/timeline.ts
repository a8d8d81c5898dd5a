import { destinationName } from '../../../../src/destination-id.ts';
import type { EventView, Warning } from '../../../../src/store/port.ts';
import type { EventDetail, HistoryEntry, PauseEntry } from '../../../../src/store/reading.ts';
import { count, duration } from '../../data/format.ts';
import { reasonOf, SOURCES, STATES, type Tone } from '../../data/words.ts';
import type { Wire } from './halves.ts';

/** One thing that happened to an event, or will. */
export interface Step {
  /** ms. */
  at: number;
  tone: Tone;
  title: string;
  /** The reason, in words of ours or of Microsoft's. Each a line; may hold text from outside. */
  reasons: string[];
}

/** Fields of `userData` by which Microsoft can recognise somebody, as people call them. */
const IDENTITY: Record<string, string> = {
  msclkid: 'click id',
  em: 'e-mail (hashed)',
  ph: 'phone (hashed)',
  externalId: 'customer id',
  anonymousId: 'visitor id',
  clientIpAddress: 'IP address',
  clientUserAgent: 'user agent',
};

/** The way of one event through the rooms, in the order of time. */
export function stepsOf(detail: EventDetail, wire: Wire | undefined, now: number): Step[] {
  const { event } = detail;
  const eventTime = typeof wire?.eventTime === 'number' ? wire.eventTime * 1_000 : undefined;
  const happened: Step[] =
    eventTime === undefined
      ? []
      : [{ at: eventTime, tone: 'soft', title: 'It happened', reasons: [whereOf(wire)].flat() }];
  return [
    ...[
      ...happened.filter(({ at }) => at <= event.receivedAt),
      captured(detail, wire),
      ...tagWord(detail),
      ...detail.history.map(historyStep),
      ...detail.pauses.flatMap((pause) => pauseSteps(pause)),
    ].sort((a, b) => a.at - b.at),
    ...last(event, now),
  ];
}

function whereOf(wire: Wire | undefined): string[] {
  return typeof wire?.eventSourceUrl === 'string' ? [wire.eventSourceUrl] : [];
}

function captured({ event }: EventDetail, wire: Wire | undefined): Step {
  return {
    at: event.receivedAt,
    tone: 'good',
    title: `Captured from: ${SOURCES[event.source].toLowerCase()}`,
    reasons: [consentOf(wire), identityOf(wire), ...event.notes].filter((reason) => reason !== undefined),
  };
}

function consentOf(wire: Wire | undefined): string | undefined {
  if (wire?.adStorageConsent === 'G') return 'Consent: granted';
  if (wire?.adStorageConsent === 'D') return 'Consent: denied, so it goes without identity';
  return undefined;
}

function identityOf(wire: Wire | undefined): string | undefined {
  if (!wire) return undefined;
  const found = Object.entries(IDENTITY).flatMap(([field, name]) => (wire.userData?.[field] ? [name] : []));
  return `Identity found: ${found.join(', ') || 'none'}`;
}

function tagWord({ tagSentPageLoadAt }: EventDetail): Step[] {
  if (tagSentPageLoadAt === undefined) return [];
  return [
    {
      at: tagSentPageLoadAt,
      tone: 'good',
      title: "The page's own tag was seen at work",
      reasons: ['The pixel saw it send the page load.'],
    },
  ];
}

const HISTORY_TITLES: Record<HistoryEntry['what'], string> = {
  retried: 'Sent, without success',
  deferred: 'Put off',
  lapsed: 'The process that sent it ended; its answer is not known',
  ended: 'Ended',
  replayed: 'Sent again by an operator',
};

function historyStep({ what, at, lastAt, count: times, state, code, message, dueAt }: HistoryEntry): Step {
  const repeated =
    times > 1
      ? `${count(times)} times until ${new Date(lastAt).toLocaleTimeString('en', { hour12: false })}`
      : undefined;
  const next =
    dueAt === undefined || dueAt <= lastAt ? undefined : `Next try after ${duration(dueAt - lastAt)}`;
  return {
    at,
    tone: what === 'replayed' ? 'soft' : 'warn',
    title: state ? `Ended: ${STATES[state].label.toLowerCase()}` : HISTORY_TITLES[what],
    reasons: [answerOf(code, message), repeated, next].filter((reason) => reason !== undefined),
  };
}

function pauseSteps({ reason, from, until }: PauseEntry): Step[] {
  return [
    { at: from, tone: 'warn', title: 'The destination was paused', reasons: [reason] },
    ...(until === undefined
      ? []
      : [{ at: until, tone: 'good' as const, title: 'The destination went on', reasons: [] }]),
  ];
}

/** Where it stands. */
function last(
  { state, endedAt, dueAt, destination, code, message, warnings, attempts }: EventView,
  now: number,
): Step[] {
  const { label, tone, meaning } = STATES[state];
  if (endedAt !== undefined) {
    const answer =
      state === 'accepted' ? ["Microsoft's answer: accepted"] : [answerOf(code, message) ?? meaning];
    return [
      {
        at: endedAt,
        tone: warnings.length > 0 && tone === 'good' ? 'warn' : tone,
        title: state === 'accepted' ? `Accepted by ${destinationName(destination)}` : label,
        reasons: [...answer, ...warnings.map(warningOf)],
      },
    ];
  }
  const wait = dueAt === undefined || dueAt <= now ? 'Due now' : `Next in ${duration(dueAt - now)}`;
  return [
    {
      at: dueAt ?? now,
      tone,
      title: attempts > 0 ? `${label}, try ${attempts + 1}` : label,
      reasons: [wait, meaning, answerOf(code, message)].filter((reason) => reason !== undefined),
    },
  ];
}

/** Code and message, once where one holds the other. */
function answerOf(code: string | undefined, message: string | undefined): string | undefined {
  if (!code || !message) return (code && reasonOf(code)) || message || undefined;
  return message.includes(code) ? message : `${code}: ${message}`;
}

const warningOf = ({ path, code, message }: Warning) => `${path && `Dropped ${path}: `}${message} (${code})`;
