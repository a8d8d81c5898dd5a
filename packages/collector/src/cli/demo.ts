import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { type Demo, startDemo } from '../demo/start-demo.ts';
import { onStopSignal } from './exit.ts';
import { parsePort } from './parse-port.ts';

/** Taken when free. */
const SHOP_PORT = 3000;
/** The contract's default of the sandbox. */
const SANDBOX_PORT = 8787;

const HELP = `
Nothing is taken from the environment or a config file, and nothing leaves this machine: a sandbox plays
Microsoft. Without --data-dir everything is forgotten when the demo stops.`;

/** `uet-capi demo`: everything that there is, in one command. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(
      'try everything out: a small shop, the collector, the event debugger, and a sandbox for Microsoft',
    )
    .option('--port <number>', 'port of the shop; where it is taken, any', parsePort, SHOP_PORT)
    .option('--data-dir <folder>', 'keep the events in this folder')
    .addHelpText('after', HELP)
    .action(async ({ port, dataDir }: { port: number; dataDir?: string }) => {
      const sandboxPort = port === 0 ? 0 : SANDBOX_PORT;
      const demo = await startDemo({ port, sandboxPort, ...(dataDir !== undefined && { dataDir }) });
      onStopSignal(() => demo.close());
      process.stdout.write(describe(demo));
    });
}

function describe({ shopUrl, debuggerUrl, adminToken, sandboxUrl }: Demo): string {
  return `
The sandbox plays Microsoft: nothing leaves this machine.

  Shop       ${shopUrl}/?msclkid=${randomUUID().replaceAll('-', '')}
  Debugger   ${debuggerUrl}   token: ${adminToken}
  Sandbox    ${sandboxUrl}/

Open the shop at this address, as somebody who clicked on an ad, and buy something. The debugger shows what
becomes of each event, the sandbox what Microsoft would count.
Ctrl-C stops everything.
`;
}
