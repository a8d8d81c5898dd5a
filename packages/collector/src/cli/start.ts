import { once } from 'node:events';
import { createServer } from 'node:http';
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
      const collector = await openCollector(config, createLog());
      const server = createServer(collector.wrap(answerNotFound, '/'));
      server.listen(config.port, config.host);
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      process.stdout.write(`collector: http://${config.host}:${port}\n`);

      onStopSignal(async () => {
        server.close();
        server.closeIdleConnections();
        await collector.close();
        server.closeAllConnections();
      });
    });
}
