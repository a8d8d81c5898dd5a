import type { Command } from 'commander';
import { openCollector } from '../collector.ts';
import { ConfigError } from '../config/error.ts';
import { loadConfig } from '../config/load.ts';
import { secretsOf } from '../config/secrets.ts';
import { answerNotFound } from '../ingest/node.ts';
import { STARTING } from '../ingest/starting.ts';
import { wrap } from '../ingest/wrap.ts';
import { createLog } from '../log.ts';
import { EXIT, fail, onBug, onStopSignal } from './exit.ts';
import { listen } from './listen.ts';

const HELP = `
Settings: uet-capi.config.{ts,mjs,js,json} in the working directory, or the file that UET_CAPI_CONFIG
names, and UET_CAPI_* over it. One site needs UET_CAPI_TAG_ID and UET_CAPI_TOKEN.

SIGTERM and SIGINT deliver what is due and end; a second one ends at once. Nothing acknowledged is lost.
Exit codes: 0 stopped, 1 failed, 2 wrong settings.`;

/** `uet-capi start`: the collector as a process of its own, until SIGTERM. */
export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('run the collector, until it is stopped')
    .addHelpText('after', HELP)
    .action(async () => {
      const resolved = await loadConfig(process.cwd(), process.env);
      if ('problems' in resolved) {
        fail(new ConfigError(resolved.problems).message, EXIT.wrongUse);
        return;
      }
      const { config, input } = resolved;
      const secrets = secretsOf(config);
      const log = createLog(config.logLevel, secrets);
      onBug(log);
      // Probes are answered while the store is opened and checked, which can take a while.
      const server = await listen(config, wrap(STARTING, answerNotFound, '/'));
      const stopping = new AbortController();
      const { signal } = stopping;
      const opening = openCollector({ config, input, env: process.env, log, secrets, signal });
      onStopSignal(async () => {
        stopping.abort();
        server.endConnections();
        try {
          // A failed opening is told below.
          const collector = await opening.catch(() => undefined);
          await collector?.close();
        } finally {
          await server.close();
        }
      });
      try {
        server.serve((await opening).wrap(answerNotFound, '/'));
      } catch (error) {
        await server.close();
        if (!signal.aborted) throw error;
        return;
      }
      process.stdout.write(`collector: ${server.url}\n`);
    });
}
