import { useCallback, useEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { EventSummary, SearchPage } from '../../../src/store/reading.ts';
import { addressOf, type CallProblem, call, type Query } from './call.ts';

/** Events of one step back. */
const PAGE_EVENTS = 50;

/** A list that grew while it was watched lets go of its oldest lines beyond this. */
const MOST_SHOWN = 1_000;

/** After a refusal, ms: the session has ended, or too many pages follow the events. */
const RETRY_MS = 5_000;

export interface LiveEvents {
  events: readonly EventSummary[];
  /** How often each came or changed while one watched, by its number. */
  fresh: ReadonlyMap<number, number>;
  /** What arrived while the list stood still. */
  waiting: number;
  status: 'connecting' | 'live' | 'paused' | 'lost';
  loading: boolean;
  problem: CallProblem | undefined;
  /** Further back there is more, or may be. */
  more: boolean;
  /** How far back was looked, ms; undefined: to the beginning. */
  searchedBackTo: number | undefined;
  loadMore: () => void;
}

interface Shown {
  events: EventSummary[];
  held: EventSummary[];
  fresh: Map<number, number>;
  next: number | undefined;
  searchedBackTo: number | undefined;
}

type Step =
  | { page: SearchPage; first: boolean }
  | { changed: readonly EventSummary[]; paused: boolean }
  | { release: true };

const NOTHING: Shown = { events: [], held: [], fresh: new Map(), next: undefined, searchedBackTo: undefined };

/** The matching events, newest first, as they are at any moment; while paused, as they were. */
export function useLiveEvents(filter: Query, paused: boolean): LiveEvents {
  const [shown, step] = useReducer(reduce, NOTHING);
  const [loading, setLoading] = useState(true);
  const [problem, setProblem] = useState<CallProblem>();
  const [link, setLink] = useState<'connecting' | 'live' | 'lost'>('connecting');
  const [round, setRound] = useState(0);
  const pausedNow = useRef(paused);
  pausedNow.current = paused;
  const address = addressOf('/events', filter);

  const load = useCallback(
    async (before?: number, signal?: AbortSignal) => {
      setLoading(true);
      try {
        const page = await call<SearchPage>('GET', '/events', {
          query: { ...filter, limit: PAGE_EVENTS, before },
        });
        if (signal?.aborted) return;
        step({ page, first: before === undefined });
        setProblem(undefined);
      } catch (error) {
        if (!signal?.aborted) setProblem(error as CallProblem);
      }
      setLoading(false);
    },
    [address],
  );

  useEffect(() => {
    const ended = new AbortController();
    const loaded = load(undefined, ended.signal);
    const stream = new EventSource(addressOf('/events/stream', filter));
    stream.onopen = () => setLink('live');
    let retry: ReturnType<typeof setTimeout> | undefined;
    stream.onerror = () => {
      setLink('lost');
      // A broken connection the browser mends by itself, and says where it was; a refusal it takes for good.
      if (stream.readyState === EventSource.CLOSED) retry = setTimeout(() => setRound(round + 1), RETRY_MS);
    };
    stream.onmessage = async ({ data }) => {
      // The list may be older than what is told while it is on its way.
      await loaded;
      if (!ended.signal.aborted) step({ changed: [JSON.parse(data)], paused: pausedNow.current });
    };
    return () => {
      ended.abort();
      stream.close();
      clearTimeout(retry);
    };
  }, [load, round]);

  useEffect(() => {
    if (!paused) step({ release: true });
  }, [paused]);

  const { events, held, fresh, next, searchedBackTo } = shown;
  return {
    events,
    fresh,
    waiting: held.length,
    status: paused ? 'paused' : link,
    loading,
    problem,
    more: next !== undefined,
    searchedBackTo,
    loadMore: () => void load(next),
  };
}

function reduce(shown: Shown, step: Step): Shown {
  if ('page' in step) {
    const { events, next, searchedBackTo } = step.page;
    const older = step.first
      ? { events, fresh: new Map<number, number>(), held: [] }
      : { ...shown, events: merge(shown.events, events) };
    return { ...older, next, searchedBackTo };
  }
  if ('release' in step) return { ...take(shown, shown.held), held: [] };
  if (step.paused) return { ...shown, held: merge(shown.held, step.changed) };
  return take(shown, step.changed);
}

function take(shown: Shown, changed: readonly EventSummary[]): Shown {
  const fresh = new Map(shown.fresh);
  for (const { seq } of changed) fresh.set(seq, (fresh.get(seq) ?? 0) + 1);
  return { ...shown, fresh, events: merge(shown.events, changed).slice(0, MOST_SHOWN) };
}

/** Newest first, each event once, the later word of it. */
function merge(events: readonly EventSummary[], changed: readonly EventSummary[]): EventSummary[] {
  const bySeq = new Map([...events, ...changed].map((event) => [event.seq, event]));
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq);
}
