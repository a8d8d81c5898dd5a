import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { withoutCollectorSettings } from './environment.mjs';
import { explain } from './problem.mjs';
import { NODE, ROOT, setup } from './setup.mjs';

const HELP = `npm start [-- --live]

Sets up what is missing, then runs the sandbox (Microsoft's double), the collector and the example
shop on loopback ports and prints their addresses. Ctrl-C stops them.

  --live   deliver to Microsoft, with the settings of the environment (UET_CAPI_TAG_ID,
           UET_CAPI_TOKEN, …) and without the sandbox. Otherwise these settings are ignored.
  --help   this text`;

/** How soon the demo stops when npm was stopped, ms. */
const PARENT_CHECK_MS = 500;

main().catch((error) => {
  explain(error);
  process.exitCode = 1;
});

async function main() {
  const { live } = chosenOptions();
  const env = await setup({ browsers: false });
  const demo = spawn(NODE, ['examples/shop/src/demo.ts', ...(live ? ['--live'] : [])], {
    cwd: ROOT,
    env: live ? env : withoutCollectorSettings(env),
    stdio: 'inherit',
  });
  // A terminal's Ctrl-C reaches the demo by itself; a signal sent to this process alone does not.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => demo.kill(signal));
  // A signal sent to npm ends the shell between npm and this process, and reaches nobody else.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && demo.kill('SIGTERM'), PARENT_CHECK_MS);
  const [code] = await once(demo, 'exit');
  clearInterval(watch);
  process.exitCode = code ?? 1;
}

function chosenOptions() {
  let values;
  try {
    ({ values } = parseArgs({ options: { live: { type: 'boolean' }, help: { type: 'boolean' } } }));
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  return { live: values.live ?? false };
}
