import { WITHDRAWAL_NAME } from '@uet-capi/protocol/names';
import type { Captured } from '../capture/event.ts';
import type { Said } from '../debug.ts';
import { isFinal } from '../queue/retry.ts';
import { explainWords } from './explain.ts';
import { show } from './mask.ts';

/** What became of the collector's copy. */
export type CollectorState =
  | { is: 'held' | 'denied' | 'repeat' | 'withheld' | 'queued' | 'accepted' | 'erased' }
  | { is: 'refused'; why: string }
  /** `status` 0: no answer. */
  | { is: 'retry' | 'dropped'; status: unknown };

/** What became of the tag's copy. `page`: the tag sends page loads by itself. */
export type TagState = 'held' | 'off' | 'denied' | 'page' | 'own' | 'pushed' | 'sent' | 'without id' | 'none';

/** One event of the page and its two copies. */
export interface EventRecord {
  kind: 'event';
  /** When it was captured, ms. */
  at: number;
  /** As in the page's own words; empty for a page load and for its revenue. */
  name: string;
  isPage: boolean;
  id: string;
  pageLoadId: string;
  consent: string;
  params: object;
  /** Which identifiers the collector's copy has. */
  identity: string[];
  collector: CollectorState;
  tag: TagState;
  /** What was left out of it, and other remarks. */
  notes: string[];
}

/** Something that is about no event in particular. */
export interface Remark {
  kind: 'remark';
  at: number;
  text: string;
}

export type Entry = EventRecord | Remark;

export interface Journal {
  /** Takes one thing that the pixel said. */
  take(said: Said): void;
  /** A beacon of the page's UET tag, as its parameters. */
  beacon(params: URLSearchParams): void;
  remark(text: string): void;
}

export interface JournalOptions {
  /** Whether the setting `uet` is `off`. */
  hasTag(): boolean;
  now(): number;
  /** An entry is new or has changed; `what` of it. */
  changed(entry: Entry, what: 'new' | 'collector' | 'tag' | 'note'): void;
}

/** A record in the pixel's queue, as far as it is of interest here. */
interface Queued {
  item: { at?: number; event?: Partial<Captured> & { consent?: string; userData?: object } };
}

/** Puts together what the pixel and the tag say, event by event. */
export function createJournal({ hasTag, now, changed }: JournalOptions): Journal {
  const captured = new WeakMap<object, EventRecord>();
  const byKey = new Map<string, EventRecord>();
  /** Page ids of the page loads that the tag sent. */
  const loads = new Set<string>();
  /** The call that is under way, and what was left out of it so far. */
  let call: { notes: string[] } | undefined;
  /** What was left out last, until something else is said. */
  let leftOut = '';
  /** What was left out of the copy that is pushed next. */
  const leftOutForTag: string[] = [];

  const keyOf = (name: unknown, id: unknown) => `${name || ''}\n${id}`;
  const remark = (text: string, at = now()) => changed({ kind: 'remark', at, text }, 'new');

  const fill = (record: EventRecord, event: NonNullable<Queued['item']['event']>) => {
    record.id = event.eventId || record.id;
    record.pageLoadId = event.pageLoadId || record.pageLoadId;
    record.consent = event.consent || record.consent;
    record.identity = Object.keys(event.userData || {}).filter(
      (name) => (event.userData as Record<string, unknown>)[name] !== undefined,
    );
    byKey.set(keyOf(record.name, record.id), record);
  };
  const create = (event: NonNullable<Queued['item']['event']>, at: number, notes: string[]): EventRecord => ({
    kind: 'event',
    at,
    name: event.eventName || '',
    isPage: event.eventType === 'pageLoad',
    id: event.eventId || '',
    pageLoadId: event.pageLoadId || '',
    consent: '',
    params: event.customData || {},
    identity: [],
    collector: { is: 'held' },
    tag: 'held',
    notes,
  });
  /** The record of a copy; one that an earlier page had left behind is new here. */
  const recordOf = ({ item }: Queued, at: number) => {
    const event = item.event;
    if (!event) return;
    const known = byKey.get(keyOf(event.eventName, event.eventId));
    if (known) return known;
    if (event.eventName === WITHDRAWAL_NAME && !event.eventId) return;
    const left = create(event, item.at || at, ['Captured by an earlier page or another tab.']);
    left.tag = 'none';
    fill(left, event);
    changed(left, 'new');
    return left;
  };
  const setCollector = (record: EventRecord | undefined, state: CollectorState) => {
    if (!record) return;
    record.collector = state;
    changed(record, 'collector');
  };
  const setTag = (record: EventRecord | undefined, state: TagState) => {
    if (!record || record.tag === state) return;
    record.tag = state;
    changed(record, 'tag');
  };
  const note = (record: EventRecord, text: string) => {
    record.notes.push(text);
    changed(record, 'note');
  };
  const closeCall = (at: number) => {
    for (const text of call?.notes || []) remark(text, at);
    call = undefined;
  };

  const takeAnswer = (status: number, sent: Queued[], rejected: unknown, at: number) => {
    const withEvent = sent.filter(({ item }) => item.event);
    withEvent.forEach((entry, index) => {
      const refusal = (Array.isArray(rejected) ? rejected : []).find((one) => one?.index === index);
      const record = recordOf(entry, at);
      if (!record && status === 202) remark('The collector was told that consent was withdrawn.', at);
      if (status === 202)
        setCollector(record, refusal ? { is: 'refused', why: reasons(refusal.errors) } : { is: 'accepted' });
      else if (!isFinal(status)) setCollector(record, { is: 'retry', status });
    });
  };

  const takePush = ([command, name, params]: unknown[], at: number) => {
    if (command !== 'event') return remark(explainWords(['uetq', command, name, params]), at);
    const id = String((params as { event_id?: unknown })?.event_id);
    const record = byKey.get(keyOf(name, id));
    if (record) {
      // A tag that has loaded sends its beacon before it is said that it was pushed.
      if (record.tag === 'held' || record.tag === 'own') setTag(record, 'pushed');
      for (const text of leftOutForTag.splice(0)) note(record, text);
    } else {
      const page = byKey.get(keyOf('', id.replace(/-revenue$/, '')));
      if (page) note(page, `Its revenue was pushed to the tag as a nameless event, id ${id}.`);
    }
  };

  // biome-ignore lint/suspicious/noExplicitAny: what a word is about differs from word to word
  const handlers: Record<string, (about: any[], at: number) => void> = {
    track(_about, at) {
      closeCall(at);
      call = { notes: [] };
    },
    'left out'(about, at) {
      const text = explainWords(['left out', ...about]);
      // Said once for each spelling that was tried.
      if (text === leftOut) return;
      leftOut = text;
      if (call) call.notes.push(text);
      else remark(text, at);
    },
    held([event], at) {
      const record = create(event, at, call?.notes || []);
      call = undefined;
      captured.set(event, record);
      // A sale that comes again is not the one whose copies are under way.
      const key = keyOf(record.name, record.id);
      if (record.id && !byKey.has(key)) byKey.set(key, record);
      changed(record, 'new');
    },
    'not sent'([event, decision]) {
      const record = captured.get(event);
      if (record) record.consent = decision;
      setTag(record, decision === 'denied' ? 'denied' : 'own');
      setCollector(record, { is: decision === 'denied' ? 'denied' : 'repeat' });
    },
    queued([event, signed]) {
      const record = captured.get(event);
      if (!record) return;
      fill(record, signed);
      setCollector(record, { is: 'queued' });
      if (record.tag !== 'held') return;
      if (!hasTag()) setTag(record, 'off');
      else if (signed.consent === 'denied') setTag(record, 'denied');
      else if (record.isPage) setTag(record, loads.has(record.pageLoadId) ? 'sent' : 'page');
      // Until a push says otherwise.
      else record.tag = 'own';
    },
    'uetq left out'(about) {
      leftOutForTag.push(explainWords(['uetq left out', ...about]));
    },
    'copy withheld'([copy]) {
      setCollector(byKey.get(keyOf(copy.eventName, copy.eventId)), { is: 'withheld' });
    },
    // For features; the page load itself is told as it is captured.
    page() {},
    start() {},
    load() {},
    tcf() {},
    opened() {},
    moving() {},
    beacon() {},
    leave() {},
    uetq: takePush,
    answered([status, sent, rejected], at) {
      takeAnswer(Number(status), sent, rejected, at);
    },
    dropped([entry, why], at) {
      setCollector(recordOf(entry, at), { is: 'dropped', status: why });
    },
    consent([decision, made], at) {
      remark(explainWords(['consent', decision, made]), at);
    },
    erased() {
      for (const record of byKey.values()) {
        const { is } = record.collector;
        if (is === 'queued' || is === 'retry' || (is === 'held' && record.tag !== 'held'))
          setCollector(record, { is: 'erased' });
      }
    },
  };

  return {
    remark,
    take([at, ...words]) {
      const [word, ...about] = words;
      if (word !== 'left out') leftOut = '';
      // Questions are for features.
      if (/\?$/.test(word as string)) return;
      const handle = typeof word === 'string' && Object.keys(handlers).includes(word) && handlers[word];
      if (handle) handle(about, at);
      else {
        closeCall(at);
        remark(explainWords(words), at);
      }
    },
    beacon(params) {
      const name = params.get('ea') || '';
      if (params.get('evt') === 'pageLoad') {
        const mid = params.get('mid') || '';
        loads.add(mid);
        for (const record of byKey.values())
          if (record.isPage && record.pageLoadId === mid) setTag(record, 'sent');
        return;
      }
      if (params.get('evt') !== 'custom') return;
      const id = params.get('event_id');
      if (id) return setTag(byKey.get(keyOf(name, id)), 'sent');
      const waiting = [...byKey.values()].find(
        (record) => record.name === name && /held|pushed/.test(record.tag),
      );
      setTag(waiting, 'without id');
    },
  };
}

/** `value: must be a number; currency: …`. */
function reasons(errors: unknown): string {
  return (Array.isArray(errors) ? errors : [])
    .map(({ path, message }) => `${show(path)}: ${show(message)}`)
    .join('; ');
}
