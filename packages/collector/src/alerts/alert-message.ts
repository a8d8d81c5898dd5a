import { cutText } from '../cut-text.ts';
import type { AlertKind } from './alert.ts';
import type { News } from './decide.ts';

/** Body of one POST. Chat tools show `text`; the rest is for programs. */
export interface AlertMessage {
  type: 'alert.raised' | 'alert.over' | 'alert.test';
  /** ISO 8601. */
  timestamp: string;
  text: string;
  data: AlertFacts | Record<string, never>;
}

interface AlertFacts {
  /** The same when it is raised and when it is over. */
  id: string;
  kind: AlertKind;
  /** Missing: not about one site. */
  site?: string;
  destination?: string;
  /** ISO 8601. */
  since: string;
  until?: string;
}

const MAX_TEXT_CHARS = 500;

export function messageOf({ state, alert }: News, now: number): AlertMessage {
  const { id, kind, site, destination, title, detail, since } = alert;
  const until = state === 'over' ? alert.until : undefined;
  const told =
    until === undefined ? `${title}. ${detail}` : `Over after ${lengthOf(until - since)}: ${title}.`;
  return {
    type: `alert.${state}`,
    timestamp: isoOf(now),
    text: plain(`uet-capi${site === undefined ? '' : ` (${site})`}: ${told}`),
    data: {
      id,
      kind,
      ...(site !== undefined && { site }),
      ...(destination !== undefined && { destination }),
      since: isoOf(since),
      ...(until !== undefined && { until: isoOf(until) }),
    },
  };
}

export function testMessage(now: number): AlertMessage {
  const text = 'uet-capi: this is a test. Alerts arrive here.';
  return { type: 'alert.test', timestamp: isoOf(now), text, data: {} };
}

/** Chat tools read `<…>` as links and calls to everybody; a reason may be in somebody else's words. */
function plain(text: string): string {
  return cutText(text.replace(/[<>]/g, ' '), MAX_TEXT_CHARS);
}

const MINUTE_MS = 60_000;

function lengthOf(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / MINUTE_MS));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
