import { setTimeout as sleep } from 'node:timers/promises';

/** How often the memory is looked at, ms. */
const MEMORY_MS = 50;

/**
 * Runs `drain({ dataDir, url, count })` for each order of the parent process, and answers with its
 * time, the CPU of all threads of this process, and its largest resident memory.
 */
export function serveDrains(drain) {
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ limitMs, ...order }) => {
    let maxRss = 0;
    const watch = setInterval(() => (maxRss = Math.max(maxRss, process.memoryUsage.rss())), MEMORY_MS);
    const limit = setTimeout(() => process.exit(1), limitMs);
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    await drain(order);
    const { user, system } = process.cpuUsage(cpuBefore);
    const ms = performance.now() - startedAt;
    clearTimeout(limit);
    clearInterval(watch);
    await sleep(0);
    process.send({ ms, cpuUs: user + system, maxRss });
  });
}
