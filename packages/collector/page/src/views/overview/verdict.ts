import { destinationName, isUpload } from '../../../../src/destination-id.ts';
import type { Overview } from '../../../../src/store/reading.ts';
import { count, duration, plural } from '../../data/format.ts';
import { reasonOf, type Tone } from '../../data/words.ts';

/** Do conversions arrive, and if not, why: one sentence, and what to do about it. */
export interface Verdict {
  tone: Tone;
  title: string;
  why: string;
  /** Where the page goes on. */
  next?: { label: string; href: string };
}

/** Retries alone take a minute or two; what waits longer waits for something, ms. */
const STUCK_MS = 10 * 60_000;

/** A refusal that is older is history, ms. */
const LATELY_MS = 24 * 3_600_000;

/** Undefined: nothing has ever arrived. @param now ms */
export function verdictOf({ accounts, destinations, reasons }: Overview, now: number): Verdict | undefined {
  const sum = (of: (account: Overview['accounts'][number]) => number | undefined) =>
    accounts.reduce((total, account) => total + (of(account) ?? 0), 0);
  const received = sum((account) => account.received);
  const accepted = sum(({ ended }) => ended.accepted);
  const waiting = sum((account) => account.waiting);
  const meant = received - sum(({ ended }) => ended.skipped);
  if (received === 0) return undefined;

  const paused = destinations.find((entry) => entry.paused);
  if (paused?.paused) {
    return {
      tone: 'bad',
      title: `Events wait: ${destinationName(paused.destination)} is paused`,
      why: `${sentence(paused.paused.reason)} ${plural(waiting, 'event')} ${waiting === 1 ? 'is' : 'are'} safe on disk and will be sent when it goes on.`,
      next: { label: 'Find out why', href: '#/doctor' },
    };
  }

  const inTime = destinations.filter(({ destination }) => !isUpload(destination));
  const oldest = Math.min(...inTime.map(({ oldestAt }) => oldestAt ?? Number.POSITIVE_INFINITY));
  const stuck = sum((account) => (isUpload(account.destination) ? 0 : account.waiting));
  if (stuck > 0 && now - oldest > STUCK_MS) {
    return {
      tone: 'warn',
      title: `Events wait since ${duration(now - oldest)}`,
      why: `${plural(stuck, 'event')} could not be sent yet. Nothing is lost: they are tried again until they are seven days old.`,
      next: { label: 'See what waits', href: '#/events?state=pending' },
    };
  }

  if (meant === 0 && reasons[0] && reasons.every(({ code }) => code === 'tag-sent-page-load')) {
    return {
      tone: 'good',
      title: 'Page loads arrive, no conversion yet',
      why: "The page's own tag has sent them, so the collector does not: each counts once.",
      next: { label: 'See the events', href: '#/events' },
    };
  }

  if (accepted === 0) {
    // What was refused is the trouble, however much else was rightly held back.
    const first = reasons.find(({ state }) => state !== 'skipped') ?? reasons[0];
    return waiting > 0
      ? { tone: 'busy', title: 'The first events are on their way', why: 'Microsoft has not answered yet.' }
      : {
          tone: 'warn',
          title: 'Events are captured, none is delivered',
          why: first
            ? `Most frequent reason: ${sentence(reasonOf(first.code))}`
            : 'None was meant to be sent.',
          next: { label: 'See the events', href: first ? `#/events?state=${first.state}` : '#/events' },
        };
  }

  const refused = reasons.filter(({ state, at }) => state !== 'skipped' && now - at < LATELY_MS);
  const newest = refused.reduce<(typeof refused)[number] | undefined>(
    (before, reason) => (before && before.at > reason.at ? before : reason),
    undefined,
  );
  if (newest) {
    return {
      tone: 'warn',
      title: 'Conversions arrive, some are refused',
      why: `The newest refusal was ${duration(now - newest.at)} ago: ${sentence(reasonOf(newest.code))}`,
      next: { label: 'See the refused ones', href: `#/events?state=${newest.state}` },
    };
  }
  return {
    tone: 'good',
    title: 'Conversions arrive',
    why: `Microsoft has accepted ${count(accepted)} of ${count(meant)} that were to be sent${waiting > 0 ? `; ${count(waiting)} on their way` : ''}.`,
  };
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
