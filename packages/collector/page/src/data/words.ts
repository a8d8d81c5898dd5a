import type { Source, State } from '../../../src/store/port.ts';
import type { EventSummary } from '../../../src/store/reading.ts';

/** What the collector's words mean to a person. */

export type Tone = 'good' | 'warn' | 'bad' | 'soft' | 'busy';

export const STATES: Record<State, { label: string; tone: Tone; meaning: string }> = {
  accepted: { label: 'Accepted', tone: 'good', meaning: 'Microsoft took it.' },
  pending: { label: 'Waiting', tone: 'busy', meaning: 'It will be sent, by itself.' },
  held: {
    label: 'Held',
    tone: 'busy',
    meaning: "Waits for word of the page's own tag, so that a page load is not counted twice.",
  },
  leased: { label: 'On its way', tone: 'busy', meaning: 'It is being sent right now.' },
  rejected: { label: 'Refused', tone: 'bad', meaning: 'Microsoft refused this event.' },
  expired: {
    label: 'Expired',
    tone: 'bad',
    meaning: 'It became too old for Microsoft before it could be sent.',
  },
  dead: { label: 'Undeliverable', tone: 'bad', meaning: 'It can never be sent as it is.' },
  skipped: { label: 'Not sent', tone: 'soft', meaning: 'A rule decided that it is not sent.' },
};

export const SOURCES: Record<Source, string> = {
  pixel: 'Browser',
  noscript: 'Browser, no script',
  server: 'Server',
  code: 'Server code',
};

/** Page loads and the guide's revenue event have no name. */
export const nameOf = ({ name, value }: Pick<EventSummary, 'name' | 'value'>) =>
  name || (value === undefined ? 'page load' : 'revenue of a page load');

/** Codes of ours that are no words. Everything else is shown as it is: Microsoft's codes, a rule's own reason. */
const REASONS: Record<string, string> = {
  'tag-sent-page-load': "sent by the page's own tag",
  'consent-withdrawn': 'consent withdrawn',
};

export const reasonOf = (code: string) => REASONS[code] ?? code;
