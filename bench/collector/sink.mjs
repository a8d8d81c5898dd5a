import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often it is asked whether everything has arrived, ms. */
const POLL_MS = 20;

/** Stands for Microsoft: counts what it gets and takes everything, or refuses every token. */
export async function startSink() {
  let events = 0;
  const server = createServer(async (req, res) => {
    const batch = count(Buffer.concat(await req.toArray()));
    const refuses = req.url.startsWith('/refusing');
    if (!refuses) events += batch;
    res.writeHead(refuses ? 401 : 200, { 'Content-Type': 'application/json' });
    res.end(refuses ? '{}' : `{"eventsReceived":${batch},"traceId":"bench"}`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    url,
    refusingUrl: `${url}/refusing`,
    taken: () => events,
    /** Resolves when `expected` events have arrived in all. */
    async until(expected, limitMs) {
      const deadline = performance.now() + limitMs;
      while (events < expected) {
        if (performance.now() > deadline) throw new Error(`${expected - events} events were not delivered`);
        await sleep(POLL_MS);
      }
    },
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Cheaper than to parse: each event has one `"eventTime"`. */
function count(body) {
  let found = 0;
  for (let at = body.indexOf('"eventTime"'); at >= 0; at = body.indexOf('"eventTime"', at + 1)) found += 1;
  return found;
}
