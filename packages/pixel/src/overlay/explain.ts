import type { CollectorState, EventRecord, TagState } from './journal.ts';
import { mask, show } from './mask.ts';

/** The sentences of the overlay and of the console. */

export type Tone = 'good' | 'waiting' | 'bad' | 'none';

/** `short`: one or two words. */
export type Explained = [tone: Tone, short: string, long: string];

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

const HELD: Explained = [
  'waiting',
  'held',
  'Held until the page id and hashes under way are known, at most 1 s.',
];

const UNDECIDED: Explained = [
  'waiting',
  'held',
  'Held in memory until consent is decided. Nothing is stored or sent.',
];

const UNPROVEN: Explained = [
  'waiting',
  'held',
  'Held until it is known whether the tag keeps event ids, at most 2 s.',
];

const COLLECTOR: Record<Exclude<CollectorState['is'], 'refused' | 'retry' | 'dropped'>, Explained> = {
  held: HELD,
  denied: ['none', 'not sent', 'Not sent: consent is denied (setting consent.whenDenied is drop).'],
  repeat: [
    'none',
    'repeated',
    'Not sent: this browser has reported this transaction before. It counts once.',
  ],
  withheld: [
    'none',
    'withheld',
    'Withheld: the tag drops event ids, so this copy would count a second time.',
  ],
  queued: ['waiting', 'queued', 'In the queue; waits for the answer of the collector.'],
  accepted: ['good', 'accepted', 'Accepted: the collector has it on disk (202).'],
  erased: ['none', 'erased', 'Erased before it was delivered: consent was withdrawn.'],
};

/** What became of the collector's copy. */
export function explainCollector({ collector, tag }: EventRecord, { consent }: Surroundings): Explained {
  switch (collector.is) {
    case 'held':
      return !consent ? UNDECIDED : tag === 'held' ? HELD : UNPROVEN;
    case 'refused':
      return ['bad', 'refused', `Refused by the collector, and not tried again. ${collector.why}`];
    case 'retry':
      return [
        'waiting',
        'retrying',
        `${collector.status ? `The collector answered ${collector.status}` : 'No answer (offline, blocked or timed out)'}. Kept, and tried again.`,
      ];
    case 'dropped':
      return typeof collector.status === 'number'
        ? [
            'bad',
            'dropped',
            `Dropped: after the answer ${collector.status} another attempt would change nothing.`,
          ]
        : ['bad', 'dropped', `Dropped: ${show(collector.status)}.`];
    default:
      return COLLECTOR[collector.is];
  }
}

const NO_TAG = 'the tag has not loaded (blocked, late, or not on this page).';

const TAG: Record<TagState, Explained> = {
  held: HELD,
  off: ['none', 'off', 'No copy: the setting uet is off.'],
  denied: ['none', 'not pushed', 'Not pushed: consent is denied.'],
  page: [
    'waiting',
    'not seen',
    'The tag sends page loads by itself; none with this page id was seen so far.',
  ],
  own: ['none', 'not pushed', 'Not pushed: the tag has it from the page itself, or had it before.'],
  pushed: ['waiting', 'pushed', 'Pushed to uetq; the tag has sent no beacon for it so far.'],
  sent: ['good', 'sent', 'The tag sent it with the same name and event id: Microsoft counts it once.'],
  'without id': ['bad', 'id lost', 'The tag sent it without the event id: the other copy would count again.'],
  none: ['none', 'unknown', 'Not known on this page.'],
};

/** What became of the tag's copy. */
export function explainTag({ tag, isPage }: EventRecord, { consent, tagLoaded }: Surroundings): Explained {
  if (tag === 'held' && !consent) return UNDECIDED;
  if (tag === 'page' && !tagLoaded)
    return ['waiting', 'no tag', `Page loads are sent by the tag itself, but ${NO_TAG}`];
  if (tag === 'pushed' && !tagLoaded) return ['waiting', 'no tag', `Waits in uetq: ${NO_TAG}`];
  if (tag === 'sent' && isPage)
    return [
      'good',
      'sent',
      'The tag sent it, which the collector is told: the server does not send it again.',
    ];
  return TAG[tag];
}

const FOR_TAG: Record<string, string> = {
  itemIds: 'the tag takes them only with a pageType',
  hotelData: 'the tag takes it only with totalPrice and currency, and without value',
};

/** A code word of the pixel as a sentence. Words that are not known here are shown as they are. */
export function explainWords([word, ...about]: unknown[]): string {
  const [first, second, third] = about;
  switch (word) {
    case 'debug':
      return first ? 'What happens from now on is explained.' : 'No more explanations.';
    case 'consent':
      return `Consent is ${show(first)}${second ? '' : ' by default: no source has decided'}.`;
    case 'bad consent':
      return `capi.consent understands 'granted', 'denied' or { ad_storage }, not ${show(first)}.`;
    case 'no name':
      return `Refused: an event needs a name of 1 to 255 characters, not ${quote(first)}.`;
    case 'left out':
      return /^(email|phone)$/.test(String(first))
        ? `Left out ${show(first)}: it cannot be normalised, or this page cannot hash it.`
        : `Left out ${show(first)}: ${quote(second)} is not a value that Microsoft takes.`;
    case 'uetq left out':
      return `Left out of the tag's copy: ${show(first)}; ${FOR_TAG[String(first)]}.`;
    case 'uetq':
      if (first === 'set') return 'Hashed identity was given to the tag.';
      if (first === 'consent')
        return `The tag was told the consent: ${show((third as Consent)?.ad_storage)}.`;
      return `Pushed to uetq: ${about.map(show).join(', ')}.`;
    case 'tag keeps ids':
      return first ? 'The UET tag sends event ids.' : 'The UET tag drops event ids: it is an older build.';
    case 'failed':
      return `A fault was caught: ${show(first)}.`;
    default:
      return [word, ...about].map(show).join(' ');
  }
}

type Consent = { ad_storage?: string } | undefined;

function quote(value: unknown): string {
  return typeof value === 'string' ? show(JSON.stringify(value)) : show(value);
}
