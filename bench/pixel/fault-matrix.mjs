import { observe } from '../../e2e/matrix/outcome.ts';
import { playwrightDriver } from '../../e2e/matrix/playwright-driver.ts';
import { SCENARIOS } from '../../e2e/matrix/scenarios.ts';
import { startWorld } from '../../e2e/matrix/world.ts';
import { printTable } from '../table.mjs';

/** Scenarios played at the same time: most of one is waiting. */
const AT_ONCE = 6;

/** All contestants through all scenarios of the fault matrix. */
export async function playFaultMatrix(contestants, browser) {
  const cells = contestants.map(() => SCENARIOS.map(() => ''));
  const games = contestants.flatMap((_, who) => SCENARIOS.map((_, which) => ({ who, which })));
  const play = async () => {
    for (let game = games.shift(); game; game = games.shift()) {
      const { who, which } = game;
      cells[who][which] = await outcome(SCENARIOS[which], contestants[who], browser);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, play));

  const columns = (cell) =>
    Object.fromEntries(contestants.map((contestant, who) => [contestant.name, cell(who)]));
  printTable('Fault matrix: events that arrived, copies beyond the first', [
    ...SCENARIOS.map(({ name }, which) => ({ scenario: name, ...columns((who) => cells[who][which]) })),
    {
      scenario: 'scenarios with a loss',
      ...columns((who) => cells[who].filter((cell) => /✗/.test(cell)).length),
    },
  ]);
}

/** `✓`, or `✗ arrived/expected`; `+n` copies more than needed. */
async function outcome({ name, run }, { name: who, start }, browser) {
  const contestant = await start();
  const world = await startWorld(contestant);
  const context = await browser.newContext();
  try {
    const ids = await run(playwrightDriver(context), world);
    const { expected, lost, wireDuplicates } = await observe(world, ids);
    const arrived = expected - lost.length;
    return `${lost.length > 0 ? `✗ ${arrived}/${expected}` : '✓'}${wireDuplicates > 0 ? ` +${wireDuplicates}` : ''}`;
  } catch (error) {
    // A pixel that throws into its page ends the visitor's way.
    console.error(`${who}, ${name}: ${String(error.message).split('\n')[0]}`);
    return '✗ throws';
  } finally {
    await context.close();
    await world.close();
    await contestant.settle();
  }
}
