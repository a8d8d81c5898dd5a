import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a load of events was told, to be compared with what arrived. */
export interface Load {
  /** Event ids whose acceptance was acknowledged. */
  acknowledged: Set<string>;
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
}

/** Events in one request. */
const BATCH = 5;

/** Between two requests of one sender, ms: enough for many commits, not too many for the test's memory. */
const PAUSE_MS = 5;

/**
 * Sends events without end, and each one again until it is acknowledged. A repeated event keeps its
 * id but says another value, so that a second content under the same id would be seen.
 */
export function startLoad({ url, tagId, serverKey, origin, senders }: LoadOptions): Load {
  let stopped = false;
  const load = { acknowledged: new Set<string>(), failed: 0 };

  async function post(ids: string[], value: number, asServer: boolean): Promise<boolean> {
    const data = ids.map((eventId) => ({
      eventType: 'custom',
      eventName: 'load',
      eventId,
      eventTime: Math.floor(Date.now() / 1000),
      userData: { anonymousId: 'visitor' },
      customData: { value },
      ...(!asServer && { consent: 'granted' }),
    }));
    const response = await fetch(asServer ? `${url}/v1/${tagId}/events` : `${url}/e`, {
      method: 'POST',
      headers: asServer
        ? { 'Content-Type': 'application/json', Authorization: `Bearer ${serverKey}` }
        : { 'Content-Type': 'text/plain', Origin: origin },
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
      await sleep(PAUSE_MS);
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
