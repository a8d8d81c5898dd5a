import { createServer } from 'node:http';

/**
 * Runs a server in this process for the bench, which is the parent: tells its port, and answers
 * questions about the cost of all its threads.
 *
 * @param {import('node:http').RequestListener} listener
 * @param {() => unknown} close
 */
export function serve(listener, close = () => {}) {
  const server = createServer(listener);
  // A server that syncs a row at a time is busy for longer than an idle connection is kept.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send({ cpuUs: user + system, rssBytes: process.memoryUsage.rss() });
  });
  // The parent has had enough, or is gone.
  process.on('disconnect', async () => {
    server.close();
    server.closeAllConnections();
    await close();
    process.exit();
  });
}
