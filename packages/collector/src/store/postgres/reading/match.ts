import { idsOfCopies } from '../../held-back.ts';
import type { State } from '../../port.ts';
import type { EventFilter } from '../../reading.ts';
import type { Parameters } from './asking.ts';
import { STATE, WAITING_STATE, WITH_FATE } from './joined.ts';

const WAITING: readonly State[] = ['held', 'pending', 'leased'];

/** One order in which events can be looked at, newest first. */
export interface Walk {
  /** The table that is walked, and how its rows are called. */
  table: string;
  row: 'e' | 'd' | 'o';
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

const byEvent: Walk = {
  table: 'uet_capi.event',
  row: 'e',
  key: undefined,
  values: {},
  joined: WITH_FATE,
  state: STATE,
  destination: 'coalesce(o.destination, d.destination)',
};

const byId = (id: string): Walk => ({
  ...byEvent,
  key: 'event_id = ANY(:ids::text[])',
  values: { ids: idsOfCopies(id) },
  isShort: true,
});

const byWaiting = (states: readonly State[]): Walk => ({
  table: 'uet_capi.delivery',
  row: 'd',
  key: undefined,
  values: {},
  joined: 'JOIN uet_capi.event e ON e.seq = d.seq',
  state: WAITING_STATE,
  destination: 'd.destination',
  states,
});

const byEnding = (state: State, index: number): Walk => ({
  table: 'uet_capi.outcome',
  row: 'o',
  // A parameter for each state, since the walks of several are one question.
  key: `state = :ending${index}`,
  values: { [`ending${index}`]: state },
  joined: 'JOIN uet_capi.event e ON e.seq = o.seq',
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

/** What holds for matching rows of a walk. */
export function conditionOf(filter: EventFilter, walk: Walk): string {
  const parts = [
    walk.states && `${walk.state} = ANY(:states::text[])`,
    filter.sites && 'e.site = ANY(:sites::text[])',
    filter.name !== undefined && 'e.name = :name',
    filter.destination !== undefined && `${walk.destination} = :destination`,
    filter.source !== undefined && 'e.source = :source',
    filter.since !== undefined && 'e.received_at >= :since',
    filter.until !== undefined && 'e.received_at < :until',
  ];
  return parts.filter(Boolean).join(' AND ') || 'true';
}

/** The values of all conditions and keys. */
export function valuesOf(filter: EventFilter, walks: readonly Walk[]): Parameters {
  const states = walks.flatMap((walk) => walk.states ?? []);
  return Object.assign({ ...filter, states }, ...walks.map(({ values }) => values)) as Parameters;
}
