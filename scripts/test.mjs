import { parseArgs } from 'node:util';
import { withoutCollectorSettings } from './environment.mjs';
import { explain } from './problem.mjs';
import { setup } from './setup.mjs';
import { e2eStage, runStages, unitStage } from './stages.mjs';

/** A stage that takes longer hangs: five times what the longest takes on two cores that do nothing else, ms. */
const STAGE_LIMIT_MS = 30 * 60_000;

const STAGES = {
  types: { args: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'] },
  lint: { args: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'] },
  unit: unitStage(),
  e2e: e2eStage(),
};

const HELP = `npm test [-- --only STAGE]

Sets up what is missing, then runs all checks; one that fails does not stop the others.
At the end it says what failed; the last line is "N passed, N failed". Variables UET_CAPI_* are ignored.

  --only STAGE   one of ${Object.keys(STAGES).join(', ')}; may be repeated
  --help         this text`;

main().catch((error) => {
  explain(error);
  // Without a setup nothing can be checked, which is one failure.
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
});

async function main() {
  const names = chosenStages();
  const env = withoutCollectorSettings(await setup({ browsers: names.includes('e2e') }));
  const stages = Object.fromEntries(names.map((name) => [name, STAGES[name]]));
  await runStages(stages, { env, limitMs: STAGE_LIMIT_MS });
}

function chosenStages() {
  const options = { only: { type: 'string', multiple: true }, help: { type: 'boolean' } };
  let values;
  try {
    ({ values } = parseArgs({ options }));
    for (const name of values.only ?? [])
      if (!(name in STAGES)) throw new Error(`There is no stage "${name}".`);
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  return values.only ?? Object.keys(STAGES);
}
