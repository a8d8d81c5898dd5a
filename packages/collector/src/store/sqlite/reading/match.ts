import { idsOfCopies } from '../../held-back.ts';
import type { State } from '../../port.ts';
import type { EventFilter } from '../../reading.ts';
import { WAITING_STATE } from '../sql.ts';
import type { Parameters } from './statements.ts';

const WAITING: readonly State[] = ['held', 'pending', 'leased'];

/** One order in which events can be looked at, newest first. */
export interface Walk {
  /** The table that is walked. */
  table: string;
  /** The column of the number in it. */
  seq: string;
  /** What all rows of the walk have in common, by an index. */
  key: string | undefined;
  /** Values of `key`. */
  values: Parameters;
  /** Other rows of the same event, as far as a filter needs them. */
  joined: string;
  /** The state and the destination of its events. */
  state: string;
  destination: string;
  /** Those of the wanted states that must be told apart. */
  states?: readonly State[];
  /** So few rows that they are looked at all at once. */
  isShort?: true;
}

const STATE_OF_EVENT = 'LEFT JOIN outcome o ON o.seq = e.seq LEFT JOIN delivery d ON d.seq = e.seq';

const byEvent: Walk = {
  table: 'event e',
  seq: 'e.seq',
  key: undefined,
  values: {},
  joined: STATE_OF_EVENT,
  state: `coalesce(o.state, ${WAITING_STATE})`,
  destination: 'coalesce(o.destination, d.destination)',
};

const byId = (id: string): Walk => ({
  ...byEvent,
  table: 'event e INDEXED BY event_key',
  key: `e.event_id IN ${listed('ids')}`,
  values: { ids: JSON.stringify(idsOfCopies(id)) },
  isShort: true,
});

const byWaiting = (states: readonly State[]): Walk => ({
  table: 'delivery d',
  seq: 'd.seq',
  key: undefined,
  values: {},
  joined: 'CROSS JOIN event e ON e.seq = d.seq',
  state: WAITING_STATE,
  destination: 'd.destination',
  states,
});

const byEnding = (state: State): Walk => ({
  table: 'outcome o',
  seq: 'o.seq',
  key: 'o.state = :state',
  values: { state },
  joined: 'CROSS JOIN event e ON e.seq = o.seq',
  state: 'o.state',
  destination: 'o.destination',
});

/** Which walks together meet every event that the filter may match, each once. */
export function walksOf({ id, states, destination }: EventFilter): Walk[] {
  if (id !== undefined) return [{ ...byId(id), ...(states && { states }) }];
  if (states === undefined) return [destination === undefined ? { ...byEvent, joined: '' } : byEvent];
  const waiting = states.filter((state) => WAITING.includes(state));
  const ended = states.filter((state) => !WAITING.includes(state)).map(byEnding);
  return waiting.length > 0 ? [byWaiting(waiting), ...ended] : ended;
}

/** What holds for matching rows of a walk, with its values. */
export function conditionOf(filter: EventFilter, walk: Walk): { where: string; values: Parameters } {
  const values: Parameters = { ...walk.values };
  const parts: string[] = walk.key === undefined ? [] : [walk.key];
  const add = (part: string, name: string, value: string | number | undefined) => {
    if (value === undefined) return;
    parts.push(part);
    values[name] = value;
  };
  add(`${walk.state} IN ${listed('states')}`, 'states', json(walk.states));
  add(`e.site IN ${listed('sites')}`, 'sites', json(filter.sites));
  add('e.name = :name', 'name', filter.name);
  add(`${walk.destination} = :destination`, 'destination', filter.destination);
  add('e.source = :source', 'source', filter.source);
  add('e.received_at >= :since', 'since', filter.since);
  add('e.received_at < :until', 'until', filter.until);
  return { where: parts.length > 0 ? parts.join(' AND ') : 'true', values };
}

function listed(parameter: string): string {
  return `(SELECT value FROM json_each(:${parameter}))`;
}

function json(values: readonly string[] | undefined): string | undefined {
  return values && JSON.stringify(values);
}
