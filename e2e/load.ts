import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a load of events was told, to be compared with what arrived. */
export interface Load {
  /** Event ids whose acceptance was acknowledged. */
  acknowledged: Set<string>;
  /** Every attempt by its event id, acknowledged or not. */
  sent: Map<string, LoadEvent[]>;
  /** Attempts that got no answer or a refusal, and were repeated. */
  failed: number;
  /** Sends nothing new; resolves when the last answer is in. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  /** Base address of the collector's routes. */
  url: string;
  tagId: string;
  serverKey: string;
  /** Origin that may post to the browser route. */
  origin: string;
  /** How many senders work at the same time; every second one is a server, the others browsers. */
  senders: number;
  /** Between two requests of one sender, ms. Default: enough for many commits, not too many for a test's memory. */
  pauseMs?: number;
}

/** Events in one request. */
const BATCH = 5;

const PAUSE_MS = 5;

/** A visitor's, so that nobody takes the load for a program's. */
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

/** Bytes that would show a wrong encoding or escape. */
const LABEL = 'Grüße 🛒 "quoted" \\ back\u2028slash </script>';

interface LoadEvent {
  eventType: string;
  eventId: string;
  eventName: string;
  eventTime: number;
  userData: { anonymousId: string };
  customData: { value: number; eventLabel: string };
  consent?: 'granted';
}

/** Whether this JSON is one of the attempts as the collector has to keep it, whatever the order of its fields. */
export function isOneOf(attempts: readonly LoadEvent[], wire: string): boolean {
  const kept = inOrder(JSON.parse(wire));
  return attempts.some(({ consent, userData, ...event }) => {
    const client = consent && { clientIpAddress: '127.0.0.1', clientUserAgent: USER_AGENT };
    return kept === inOrder({ ...event, adStorageConsent: 'G', userData: { ...userData, ...client } });
  });
}

function inOrder(value: object): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'object' && field !== null
      ? Object.fromEntries(Object.entries(field).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}

/**
 * Sends events without end, and each one again until it is acknowledged. A repeated event keeps its
 * id but says another value, so that a second content under the same id would be seen.
 */
export function startLoad(options: LoadOptions): Load {
  const { url, tagId, serverKey, origin, senders, pauseMs = PAUSE_MS } = options;
  let stopped = false;
  const load = { acknowledged: new Set<string>(), sent: new Map<string, LoadEvent[]>(), failed: 0 };

  function attempt(eventId: string, value: number, asServer: boolean): LoadEvent {
    const event: LoadEvent = {
      eventType: 'custom',
      eventId,
      eventName: 'load',
      eventTime: Math.floor(Date.now() / 1000),
      userData: { anonymousId: 'visitor' },
      customData: { value, eventLabel: LABEL },
      ...(!asServer && { consent: 'granted' }),
    };
    load.sent.set(eventId, [...(load.sent.get(eventId) ?? []), event]);
    return event;
  }

  async function post(ids: string[], value: number, asServer: boolean): Promise<boolean> {
    const data = ids.map((eventId) => attempt(eventId, value, asServer));
    const response = await fetch(asServer ? `${url}/v1/${tagId}/events` : `${url}/e`, {
      method: 'POST',
      headers: asServer
        ? { 'Content-Type': 'application/json', Authorization: `Bearer ${serverKey}` }
        : { 'Content-Type': 'text/plain', Origin: origin, 'User-Agent': USER_AGENT },
      body: JSON.stringify(asServer ? { data } : { v: 1, sentAt: Date.now(), data }),
    });
    const answer = await response.json();
    if (!response.ok) return false;
    if ((answer.eventsReceived ?? answer.accepted) === ids.length) return true;
    throw new Error(`a good event was refused: ${JSON.stringify(answer)}`);
  }

  async function send(asServer: boolean): Promise<void> {
    while (!stopped) {
      const ids = Array.from({ length: BATCH }, () => randomUUID());
      for (let attempt = 1; ; attempt++) {
        // A killed collector answers nothing: the connection fails.
        if (
          await post(ids, attempt, asServer).catch((error) =>
            error instanceof TypeError ? false : Promise.reject(error),
          )
        ) {
          for (const id of ids) load.acknowledged.add(id);
          break;
        }
        if (stopped) return;
        load.failed += 1;
        await sleep(PAUSE_MS * 4);
      }
      await sleep(pauseMs);
    }
  }

  const running = Promise.all(Array.from({ length: senders }, (_, index) => send(index % 2 === 0)));
  // Looked at by `stop`; until then a failure must not end the process.
  running.catch(() => {});
  return Object.assign(load, {
    async stop() {
      stopped = true;
      await running;
    },
  });
}
