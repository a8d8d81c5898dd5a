import type { Answer, Destination, ProbeAnswer } from '../../destinations/destination.ts';
import type { Clock } from '../clock.ts';
import { hangs } from './scripted-destination.ts';

/** What a request to Microsoft comes to. `stores`: the events arrive there although the answer says otherwise. */
export type Weather =
  | { kind: 'good'; delayMs: number }
  | { kind: 'cut' | 'silent'; stores: boolean }
  | { kind: 'throttled' | 'unavailable'; retryAfterMs: number | undefined }
  | { kind: 'unauthorized' }
  /** Only so many events fit into a request. */
  | { kind: 'too-large'; over: number };

/** An event's wire, as far as Microsoft is concerned here. */
export interface Wire {
  id: string;
  bad: boolean;
  warned: boolean;
}

/** Microsoft's cap. */
const MAX_DETAILS = 10;

/** A double of Microsoft in the weather of the day, which looks at each request before it answers. */
export function microsoftIn(
  id: string,
  clock: Clock,
  current: () => Weather,
  onRequest: (wires: readonly string[]) => void,
) {
  /** Ids of the events that Microsoft has taken, told us so or not. */
  const stored = new Set<string>();

  async function send(wires: readonly string[], signal: AbortSignal): Promise<Answer> {
    onRequest(wires);
    const weather = current();
    const events = wires.map((wire) => JSON.parse(wire) as Wire);
    const isValid = !events.some(({ bad }) => bad);
    if (isValid && 'stores' in weather && weather.stores) for (const event of events) stored.add(event.id);
    switch (weather.kind) {
      case 'cut':
        return { kind: 'unavailable', message: 'ECONNRESET', retryAfterMs: undefined };
      case 'silent':
        return hangs(signal);
      case 'throttled':
      case 'unavailable':
        return { ...weather, message: 'HTTP' };
      case 'unauthorized':
        return { ...weather, message: 'HTTP 401' };
      case 'too-large':
        return events.length > weather.over ? { kind: 'too-large', message: 'HTTP 413' } : judge(events);
      case 'good':
        await clock.sleep(weather.delayMs, signal);
        return signal.aborted ? hangs(signal) : judge(events);
    }
  }

  function judge(events: readonly Wire[]): Answer {
    if (events.some(({ bad }) => bad)) {
      const details = events.flatMap(({ bad, warned, id: message }, position) => [
        ...(warned ? [undefined] : []),
        ...(bad ? [{ position, code: 'Wrong', message }] : []),
      ]);
      const rejected = details.slice(0, MAX_DETAILS).filter((detail) => detail !== undefined);
      // What a request with one event is refused for is said of that event.
      return { kind: 'refused', rejected, code: 'Wrong', message: events[0]!.id };
    }
    for (const event of events) stored.add(event.id);
    return {
      kind: 'processed',
      results: events.map(({ warned }) => ({
        state: 'accepted',
        warnings: warned ? [{ path: 'userData.em', code: 'InvalidSha256', message: 'Bad.' }] : [],
      })),
    };
  }

  async function probe(): Promise<ProbeAnswer> {
    const { kind } = current();
    if (kind === 'unauthorized') return { kind: 'bad', message: 'HTTP 401' };
    const answers = kind === 'good' || kind === 'too-large';
    return answers ? { kind: 'good' } : { kind: 'unknown', message: 'HTTP 503' };
  }

  const destination: Destination = {
    id,
    maxEvents: 1_000,
    maxBytes: 1_000_000,
    send,
    probe,
    close: async () => {},
  };
  return { destination, stored };
}
