import type { EventRecord } from './journal.ts';
import { mask, show } from './mask.ts';

/** The sentences of the overlay and of the console. */

export type Tone = 'good' | 'waiting' | 'bad' | 'none';

export interface Explained {
  tone: Tone;
  /** One or two words. */
  short: string;
  long: string;
}

/** What is true of the page at the moment. */
export interface Surroundings {
  /** Empty while nobody has decided. */
  consent: string;
  /** Whether the UET tag has taken over `uetq`. */
  tagLoaded: boolean;
}

export function titleOf({ name, isPage }: EventRecord): string {
  return isPage ? 'page load' : mask(name) || 'revenue of the page load';
}

const held = ({ consent }: Surroundings): Explained =>
  consent
    ? {
        tone: 'waiting',
        short: 'held',
        long: 'Held until the page id and hashes under way are known, at most 1 s.',
      }
    : {
        tone: 'waiting',
        short: 'held',
        long: 'Held in memory until consent is decided. Nothing is stored or sent.',
      };

/** What became of the collector's copy. */
export function explainCollector({ collector }: EventRecord, around: Surroundings): Explained {
  switch (collector.is) {
    case 'held':
      return held(around);
    case 'denied':
      return {
        tone: 'none',
        short: 'not sent',
        long: 'Not sent: consent is denied (setting consent.whenDenied is drop).',
      };
    case 'repeat':
      return {
        tone: 'none',
        short: 'repeated',
        long: 'Not sent: this browser has reported this transaction before. It counts once.',
      };
    case 'queued':
      return {
        tone: 'waiting',
        short: 'queued',
        long: 'In the queue; waits for the answer of the collector.',
      };
    case 'accepted':
      return { tone: 'good', short: 'accepted', long: 'Accepted: the collector has it on disk (202).' };
    case 'refused':
      return {
        tone: 'bad',
        short: 'refused',
        long: `Refused by the collector, and not tried again: ${collector.why}`,
      };
    case 'retry':
      return collector.status
        ? {
            tone: 'waiting',
            short: 'retrying',
            long: `The collector answered ${collector.status}. Kept, and tried again.`,
          }
        : {
            tone: 'waiting',
            short: 'retrying',
            long: 'No answer (offline, blocked or timed out). Kept, and tried again.',
          };
    case 'dropped':
      return typeof collector.status === 'number'
        ? {
            tone: 'bad',
            short: 'dropped',
            long: `Dropped: the collector answered ${collector.status}, and another attempt would change nothing.`,
          }
        : { tone: 'bad', short: 'dropped', long: `Dropped: ${show(collector.status)}.` };
    case 'erased':
      return {
        tone: 'none',
        short: 'erased',
        long: 'Erased before it was delivered: consent was withdrawn.',
      };
  }
}

/** What became of the tag's copy. */
export function explainTag({ tag, isPage }: EventRecord, around: Surroundings): Explained {
  switch (tag) {
    case 'held':
      return held(around);
    case 'off':
      return { tone: 'none', short: 'off', long: 'No copy: the setting uet is off.' };
    case 'denied':
      return { tone: 'none', short: 'not pushed', long: 'Not pushed: consent is denied.' };
    case 'page':
      return around.tagLoaded
        ? {
            tone: 'waiting',
            short: 'not seen',
            long: 'The tag sends page loads by itself; none with this page id was seen so far.',
          }
        : {
            tone: 'waiting',
            short: 'no tag',
            long: 'The tag sends page loads by itself, but has not loaded (blocked, or not on this page).',
          };
    case 'own':
      return {
        tone: 'none',
        short: 'not pushed',
        long: 'Not pushed: the tag has it from the page itself, or had it before.',
      };
    case 'pushed':
      return around.tagLoaded
        ? {
            tone: 'waiting',
            short: 'pushed',
            long: 'Pushed to uetq; the tag has sent no beacon for it so far.',
          }
        : {
            tone: 'waiting',
            short: 'no tag',
            long: 'Waits in uetq: the tag has not loaded (blocked, or not on this page).',
          };
    case 'sent':
      return isPage
        ? {
            tone: 'good',
            short: 'sent',
            long: 'The tag sent this page load; told to the collector, so that the server does not send it again.',
          }
        : {
            tone: 'good',
            short: 'sent',
            long: 'The tag sent it with the same name and event id: Microsoft counts it once.',
          };
    case 'without id':
      return {
        tone: 'bad',
        short: 'id lost',
        long: 'The tag sent it without the event id, so Microsoft may count both copies.',
      };
    case 'none':
      return { tone: 'none', short: 'unknown', long: 'Not known on this page.' };
  }
}

const HOTEL = 'it needs totalPrice and currency, and no value beside it';

/** A code word of the pixel as a sentence. Words that are not known here are shown as they are. */
export function explainWords([word, ...about]: unknown[]): string {
  const [first, second] = about;
  switch (word) {
    case 'debug':
      return first ? 'Debugging. What happens from now on is explained.' : 'Debugging ends.';
    case 'consent':
      return `Consent is ${show(first)}${second ? '' : ' by default: no source has decided'}.`;
    case 'bad consent':
      return `capi.consent understands 'granted', 'denied' or { ad_storage }, not ${show(first)}.`;
    case 'no name':
      return `Refused: an event needs a name of 1 to 255 characters, not ${show(first)}.`;
    case 'left out':
      return /^(email|phone)$/.test(String(first))
        ? `Left out ${show(first)}: ${second ? 'this page cannot hash it' : 'it cannot be normalised'}.`
        : `Left out ${show(first)}: ${show(second)} is not a value that Microsoft takes.`;
    case 'uetq left out':
      return `Left out of the tag's copy: ${show(first)}; ${first === 'itemIds' ? 'the tag takes them only with a pageType' : HOTEL}.`;
    case 'uetq':
      return first === 'set'
        ? 'Hashed identity was given to the tag.'
        : first === 'consent'
          ? `The tag was told that consent is ${show((about[2] as { ad_storage?: string })?.ad_storage)}.`
          : `Pushed to uetq: ${about.map(show).join(', ')}.`;
    case 'failed':
      return `A fault was caught: ${show(first)}.`;
    default:
      return [word, ...about].map(show).join(' ');
  }
}
