import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import { openCollector } from '../collector.ts';
import { ConfigError } from '../config/error.ts';
import { loadConfig } from '../config/load.ts';
import { answerNotFound } from '../ingest/node.ts';
import { createLog } from '../log.ts';
import { EXIT, fail, onStopSignal } from './exit.ts';

/** `uet-capi start`: the collector as a process of its own, until SIGTERM. */
export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('run the collector')
    .action(async () => {
      const resolved = await loadConfig(process.cwd(), process.env);
      if ('problems' in resolved) {
        fail(new ConfigError(resolved.problems).message, EXIT.wrongUse);
        return;
      }
      const { config } = resolved;
      const collector = await openCollector(config, createLog(config.logLevel));
      const server = createServer(collector.wrap(answerNotFound, '/'));
      const endConnections = trackConnections(server);
      server.listen(config.port, config.host);
      await once(server, 'listening').catch(async (error) => {
        // An open store would keep the process alive.
        await collector.close();
        throw error;
      });

      onStopSignal(async () => {
        // No new connections; the open ones end with the answer to their request: what was taken is
        // acknowledged, what comes now is asked to come again.
        server.close();
        endConnections();
        await collector.close();
        // What is left never finished its request.
        server.closeAllConnections();
      });
      const { port } = server.address() as AddressInfo;
      process.stdout.write(`collector: http://${config.host}:${port}\n`);
    });
}

/**
 * `server.close` spares the connections with a request under way, and these would then go on with
 * further ones.
 *
 * @returns makes every answer from now on the last of its connection
 */
function trackConnections(server: Server): () => void {
  let ending = false;
  const underWay = new Set<ServerResponse>();
  server.prependListener('request', (_, response) => {
    response.shouldKeepAlive &&= !ending;
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
  });
  return () => {
    ending = true;
    for (const response of underWay) response.shouldKeepAlive = false;
  };
}
