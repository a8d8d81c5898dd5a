import { playRounds } from './rounds.mjs';

/**
 * What it costs to take events: the collector beside a server that only parses and validates the
 * same bodies, and beside the handler that one would write first.
 */

const SERVERS = ['control', 'collector', 'collector-delivering', 'express-row'];

/** `route`: `pixel` is `POST /e`, `server` is `POST /v1/{tag}/events`. */
const LOADS = [
  { title: 'single events to POST /e', route: 'pixel', batch: 1, connections: 256 },
  { title: 'batches of 20 to POST /e', route: 'pixel', batch: 20, connections: 64 },
  { title: 'single events to POST /v1/{tag}/events', route: 'server', batch: 1, connections: 256 },
  { title: 'batches of 20 to POST /v1/{tag}/events', route: 'server', batch: 20, connections: 64 },
];

const TITLES = {
  control: 'bare node:http, JSON.parse, zod; stores nothing',
  collector: 'collector, durable',
  'collector-delivering': 'collector, durable, delivering meanwhile',
  'express-row': 'Express, express.json, one row per transaction',
};

export async function measureIngest() {
  const played = await playRounds(SERVERS, LOADS);
  return LOADS.map(({ title }, load) => ({
    title: `Ingest: ${title}`,
    rows: SERVERS.map((server) => {
      const { eventsPerSecond, cpuPerEvent, rateToFirst, cpuToFirst } = played[load][server];
      return {
        server: TITLES[server],
        'events/s': eventsPerSecond.toFixed(0),
        'rate, × control': rateToFirst.toFixed(2),
        'CPU µs/event': cpuPerEvent.toFixed(1),
        'CPU, × control': cpuToFirst.toFixed(2),
      };
    }),
  }));
}
