/**
 * Runs `drain({ dataDir, url, count })` for each order of the parent process, and answers with its
 * time, the CPU of all threads of this process, and its largest resident memory so far.
 */
export function serveDrains(drain) {
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ limitMs, ...order }) => {
    const limit = setTimeout(() => process.exit(1), limitMs);
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    await drain(order);
    const { user, system } = process.cpuUsage(cpuBefore);
    const ms = performance.now() - startedAt;
    clearTimeout(limit);
    process.send({ ms, cpuUs: user + system, maxRssKb: process.resourceUsage().maxRSS });
  });
}
