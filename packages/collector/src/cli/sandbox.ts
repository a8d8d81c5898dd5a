import { createSandbox } from '@uet-capi/sandbox';
import { type Command, InvalidArgumentError } from 'commander';
import { fail, onStopSignal } from './exit.ts';
import { parsePort } from './parse-port.ts';

/** The contract's default. */
const DEFAULT_PORT = 8787;

interface Tag {
  tagId: string;
  token: string;
}

const HELP = `
A collector delivers to it with UET_CAPI_ENDPOINT=http://127.0.0.1:8787 and UET_CAPI_TOKEN=sandbox-token. Its page at
that address shows what Microsoft would count. docs/sandbox.md tells how to let it fail. It keeps nothing.`;

/** `uet-capi sandbox`: plays Microsoft until it is stopped. */
export function addSandboxCommand(program: Command): void {
  program
    .command('sandbox')
    .description('play Microsoft: Conversions API, UET tag, sign-in and offline conversions')
    .option('--port <number>', 'port to listen on', parsePort, DEFAULT_PORT)
    .option(
      '--tag <id:token>',
      'a UET tag and its token; may be repeated (default: every tag, token "sandbox-token")',
      addTag,
    )
    .option('--no-event-id', 'its bat.js drops event_id, as older builds do')
    .addHelpText('after', HELP)
    .action(async (options: { port: number; tag?: Tag[]; eventId: boolean }) => {
      const { port, eventId, tag: tags } = options;
      const sandbox = await createSandbox({ port, eventId, ...(tags && { tags }) }).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EADDRINUSE') throw error;
        },
      );
      if (!sandbox)
        return fail(`Another program listens on port ${port}: stop it, or choose another with --port.`);
      process.stdout.write(`sandbox: ${sandbox.url}\n`);
      onStopSignal(() => sandbox.close());
    });
}

function addTag(value: string, tags: Tag[] = []): Tag[] {
  const match = /^(\d+):(.+)$/.exec(value);
  if (!match) throw new InvalidArgumentError('must be the numeric tag id, a colon, and the token');
  return [...tags, { tagId: match[1]!, token: match[2]! }];
}
