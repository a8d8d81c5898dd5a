import { useEffect, useRef, useState } from 'preact/hooks';
import type { Query } from '../../data/call.ts';
import { SOURCES, STATES } from '../../data/words.ts';
import { SEARCH } from './list-keys.ts';

/** As they stand in the address of the page. Times as `datetime-local` gives them: the reader's own. */
export const FILTER_NAMES = ['id', 'name', 'state', 'source', 'destination', 'since', 'until'] as const;

/** Behind "More filters", which is open where one of them is set. */
const MORE = ['source', 'destination', 'since', 'until'];

/** How long one may type before it is searched, ms. */
const TYPING_MS = 250;

/** For the API: times in ms; page loads have no name. */
export function filterOf(query: URLSearchParams): Query {
  const text = (name: string) => query.get(name)?.trim() || undefined;
  const moment = (name: string) => {
    const at = Date.parse(query.get(name) ?? '');
    return Number.isNaN(at) ? undefined : at;
  };
  return {
    id: text('id'),
    name: /^page ?loads?$/i.test(text('name') ?? '') ? '' : text('name'),
    state: text('state'),
    source: text('source'),
    destination: text('destination'),
    since: moment('since'),
    until: moment('until'),
  };
}

export interface EventFiltersProps {
  query: URLSearchParams;
  onChange: (query: URLSearchParams) => void;
}

export function EventFilters({ query, onChange }: EventFiltersProps) {
  const [typed, setTyped] = useState(query);
  /** What was last told: when it comes back as the query, one may have typed on. */
  const told = useRef(query.toString());
  // What was changed elsewhere, by a link or by "show all".
  useEffect(() => {
    if (query.toString() !== told.current) setTyped(query);
    told.current = query.toString();
  }, [query.toString()]);
  useEffect(() => {
    if (typed.toString() === query.toString()) return;
    const timer = setTimeout(() => {
      told.current = typed.toString();
      onChange(typed);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  const set =
    (name: string) =>
    ({ currentTarget: { value: text } }: { currentTarget: { value: string } }) =>
      setTyped((before) => {
        const next = new URLSearchParams(before);
        next.delete(name);
        if (text) next.set(name, text);
        return next;
      });
  const value = (name: string) => typed.get(name) ?? '';
  const active = FILTER_NAMES.some((name) => value(name));

  return (
    <search>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label class="wide">
          <span>Event id</span>
          <input
            id={SEARCH}
            type="search"
            value={value('id')}
            onInput={set('id')}
            placeholder="order number or id"
            spellcheck={false}
          />
        </label>
        <label>
          <span>Name</span>
          <input
            type="text"
            value={value('name')}
            onInput={set('name')}
            placeholder="purchase, page load"
            spellcheck={false}
          />
        </label>
        <label>
          <span>State</span>
          <select value={value('state')} onChange={set('state')}>
            <option value="">Any</option>
            {Object.entries(STATES).map(([state, { label }]) => (
              <option key={state} value={state}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="plain"
          disabled={!active}
          onClick={() => setTyped(new URLSearchParams())}
        >
          Clear
        </button>
        <details class="more" open={MORE.some((name) => value(name))}>
          <summary>More filters</summary>
          <div class="more-body">
            <label>
              <span>Reported by</span>
              <select value={value('source')} onChange={set('source')}>
                <option value="">Anyone</option>
                {Object.entries(SOURCES).map(([source, label]) => (
                  <option key={source} value={source}>
                    {label}
                  </option>
                ))}
              </select>
            </label>
            <label>
              <span>Destination</span>
              <input
                type="text"
                value={value('destination')}
                onInput={set('destination')}
                placeholder="uet-capi:…"
                spellcheck={false}
              />
            </label>
            <label>
              <span>From</span>
              <input type="datetime-local" value={value('since')} onInput={set('since')} />
            </label>
            <label>
              <span>To</span>
              <input type="datetime-local" value={value('until')} onInput={set('until')} />
            </label>
          </div>
        </details>
      </form>
    </search>
  );
}
