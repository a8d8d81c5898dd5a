import { playRounds } from './rounds.mjs';

/** What the ways into somebody's Express app cost, beside the collector on its own. */

const TITLES = {
  collector: 'on its own',
  wrap: 'collector.wrap(app)',
  router: 'app.use(collector.router)',
};

const LOADS = [
  { title: 'single events to POST /e', route: 'pixel', batch: 1, connections: 256 },
  { title: 'batches of 20 to POST /e', route: 'pixel', batch: 20, connections: 64 },
];

export async function measureMounted() {
  const servers = Object.keys(TITLES);
  const played = await playRounds(servers, LOADS);
  return LOADS.map(({ title }, load) => ({
    title: `Mounted in Express: ${title}`,
    rows: servers.map((server) => {
      const { eventsPerSecond, cpuPerEvent, rateToFirst, cpuToFirst } = played[load][server];
      return {
        collector: TITLES[server],
        'events/s': eventsPerSecond.toFixed(0),
        'rate, × its own': rateToFirst.toFixed(2),
        'CPU µs/event': cpuPerEvent.toFixed(1),
        'CPU, × its own': cpuToFirst.toFixed(2),
      };
    }),
  }));
}
