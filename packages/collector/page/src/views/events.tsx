import { useRef, useState } from 'preact/hooks';
import type { ViewProps } from '../app.tsx';
import { clock, plural } from '../data/format.ts';
import { type LiveEvents, useLiveEvents } from '../data/live-events.ts';
import { Empty } from '../parts/card.tsx';
import { replaceQuery } from '../router.ts';
import { useSession } from '../session.ts';
import { EventTable } from './events/event-table.tsx';
import { EventFilters, FILTER_NAMES, filterOf } from './events/filters.tsx';
import { useListKeys } from './events/list-keys.ts';
import { Welcome } from './welcome.tsx';

export function EventsView({ place: { query } }: ViewProps) {
  const { site } = useSession();
  const [paused, setPaused] = useState(false);
  const live = useLiveEvents({ ...filterOf(query), site }, paused);
  const list = useRef<HTMLDivElement>(null);
  const turn = () => setPaused((before) => !before);
  useListKeys(list, turn);
  const filtered = FILTER_NAMES.some((name) => query.get(name));
  const empty = live.events.length === 0 && !live.loading && !live.more;

  return (
    <>
      <div class="head">
        <h1>Events</h1>
        <div class="actions afloat">
          <LinkStatus live={live} />
          <button type="button" aria-pressed={paused} onClick={turn} aria-keyshortcuts="p">
            {paused ? 'Resume' : 'Pause'}
          </button>
        </div>
      </div>
      <EventFilters query={query} onChange={(next) => replaceQuery('events', next)} />
      {live.problem && (
        <p class="notice bad" role="alert">
          {live.problem.message}
        </p>
      )}
      {empty && !filtered && !live.problem && <Welcome />}
      <div ref={list} class="card list" hidden={empty && !filtered}>
        {live.events.length > 0 && <EventTable events={live.events} fresh={live.fresh} />}
        {empty && filtered && (
          <Empty title="No event matches">
            <p>
              <button type="button" onClick={() => replaceQuery('events', new URLSearchParams())}>
                Show all events
              </button>
            </p>
          </Empty>
        )}
        <Further live={live} />
      </div>
      <p class="hint">
        Keys: <kbd>↑</kbd> <kbd>↓</kbd> through the list, <kbd>Enter</kbd> opens, <kbd>p</kbd> pauses,{' '}
        <kbd>/</kbd> searches, <kbd>Esc</kbd> goes back.
      </p>
    </>
  );
}

const LINK_WORDS = {
  connecting: 'connecting',
  live: 'live',
  paused: 'paused',
  lost: 'connection lost, trying again',
};

function LinkStatus({ live: { status, waiting } }: { live: LiveEvents }) {
  return (
    <span class={`link ${status}`}>
      <span role="status">{LINK_WORDS[status]}</span>
      {waiting > 0 && `, ${plural(waiting, 'change')}`}
    </span>
  );
}

/** The way back in time. */
function Further({ live: { more, loading, events, searchedBackTo, loadMore } }: { live: LiveEvents }) {
  if (loading) {
    return (
      <p class="further" role="status">
        Looking…
      </p>
    );
  }
  if (!more) return events.length > 0 ? <p class="further">These are all.</p> : null;
  return (
    <p class="further">
      {searchedBackTo !== undefined && events.length === 0 && (
        <span>Nothing since {clock(searchedBackTo, Date.now())}. </span>
      )}
      <button type="button" onClick={loadMore}>
        {events.length === 0 ? 'Look further back' : 'Show older'}
      </button>
    </p>
  );
}
