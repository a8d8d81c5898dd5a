import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RARE_NAME } from './archive.mjs';
import { MOUNT, SERVER_KEY, TAG_ID } from './site.mjs';

/** Events come in at this rate for so long. */
const PER_SECOND = 200;
const SECONDS = 10;

/** The last event is in the list by then, or the list is not live, ms. */
const SEEN_LIMIT_MS = 10_000;

/** Of the questions that are asked meanwhile, the costliest that there is, and the usual one. */
const ASKED = [`/events?name=${RARE_NAME}&state=accepted`, '/events', '/overview'];

/** Takes events without anybody asking, then with a live list and questions one after the other. */
export async function measureLive(server) {
  const quiet = await takeEvents(server);
  const list = await followList(server);
  const asking = askOn(server);
  const busy = await takeEvents(server);
  const asked = await asking.stop();
  const shown = await list.until(busy.at(-1).id);
  list.close();
  const acknowledged = (taken) => taken.map(({ at, askedAt }) => at - askedAt);
  return [
    row('acknowledged, nobody asks', acknowledged(quiet)),
    row('acknowledged, while a list is live and questions are asked', acknowledged(busy)),
    row(
      'in the live list, since acknowledged',
      busy.filter(({ id }) => shown.has(id)).map(({ id, at }) => Math.max(0, shown.get(id) - at)),
    ),
    row('answers to those questions', asked),
  ];
}

function row(what, times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.floor((sorted.length - 1) * share)].toFixed(1);
  return { what, count: sorted.length, 'p50, ms': at(0.5), 'p95, ms': at(0.95), 'slowest, ms': at(1) };
}

/** One request an event, at their times whatever becomes of those before. */
async function takeEvents({ pool }) {
  const begin = performance.now();
  const requests = [];
  for (let i = 0; i < PER_SECOND * SECONDS; i++) {
    await sleep(Math.max(0, begin + (i * 1_000) / PER_SECOND - performance.now()));
    requests.push(takeOne(pool));
  }
  return Promise.all(requests);
}

async function takeOne(pool) {
  const id = randomUUID();
  const askedAt = performance.now();
  const event = {
    eventType: 'custom',
    eventName: 'add_to_cart',
    eventId: id,
    eventTime: Math.floor(Date.now() / 1_000),
    eventSourceUrl: 'https://www.shop.example/',
    adStorageConsent: 'G',
    userData: { anonymousId: id.replaceAll('-', ''), clientUserAgent: 'Mozilla/5.0' },
    customData: { value: 12.5, currency: 'EUR' },
  };
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: `${MOUNT}/v1/${TAG_ID}/events`,
    headers: { authorization: `Bearer ${SERVER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ data: [event] }),
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${statusCode} ${text}`);
  return { id, askedAt, at: performance.now() };
}

function askOn(server) {
  const times = [];
  let isOver = false;
  const asking = (async () => {
    for (let i = 0; !isOver; i++) {
      const begin = performance.now();
      await server.ask(ASKED[i % ASKED.length]);
      times.push(performance.now() - begin);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await asking;
      return times;
    },
  };
}

/** When each event was first seen in the stream of the list. */
async function followList({ origin, headers }) {
  const stop = new AbortController();
  const path = `${MOUNT}/admin/api/events/stream`;
  const { body } = await fetch(origin + path, { headers, signal: stop.signal });
  const seenAt = new Map();
  const reading = (async () => {
    let unread = '';
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      unread += text;
      const lines = unread.split('\n');
      unread = lines.pop();
      for (const line of lines) {
        const id = /^data:.*"eventId":"([^"]+)"/.exec(line)?.[1];
        if (id && !seenAt.has(id)) seenAt.set(id, performance.now());
      }
    }
  })().catch(() => {});
  return {
    /** The newest 200 are followed: where more come between two looks, the rest is passed over. */
    async until(id) {
      const deadline = performance.now() + SEEN_LIMIT_MS;
      while (!seenAt.has(id)) {
        if (performance.now() > deadline) throw new Error('the list is not live');
        await sleep(20);
      }
      return seenAt;
    },
    async close() {
      stop.abort();
      await reading;
    },
  };
}
