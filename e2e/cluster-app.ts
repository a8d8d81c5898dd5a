import cluster from 'node:cluster';
import { type ConfigInput, createCollector } from '@uet-capi/collector';
import express from 'express';
import session from 'express-session';
import helmet from 'helmet';

/**
 * Somebody's existing application: Express with its own body parsers, helmet and sessions, run by
 * four cluster workers, into which the collector was mounted. Prints a line for each worker that
 * listens: `worker PID PORT`. A worker that dies is replaced, as process managers do.
 */

const WORKERS = 4;

if (cluster.isPrimary) {
  for (let i = 0; i < WORKERS; i++) cluster.fork();
  cluster.on('exit', () => cluster.fork());
  cluster.on('listening', (worker, { port }) => console.log(`worker ${worker.process.pid} ${port}`));
} else {
  const config = JSON.parse(process.env.COLLECTOR_CONFIG ?? '') as ConfigInput;
  const collector = await createCollector(config);
  const app = express();
  app.use(helmet());
  app.use(session({ secret: 'of the host application', resave: false, saveUninitialized: true }));
  app.use(express.json());
  app.use(express.urlencoded());
  app.use('/m', collector.router);
  app.post('/orders', (request, response) => response.json({ received: request.body }));
  // Port 0 in a cluster: all workers share the one that the first is given.
  app.listen(0, '127.0.0.1');
}
