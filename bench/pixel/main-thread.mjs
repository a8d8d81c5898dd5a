import { startWorld } from '../../e2e/matrix/world.ts';
import { printTable, ratio } from '../table.mjs';

/** Fresh visitors per contestant and throttle; odd, so that the median is one of them. */
const VISITS = 7;

/** CPU slowdown: this machine, and about a phone of the middle class. */
const THROTTLES = [1, 4];

/** The peer that the others are measured by. */
const BASE = 'Plausible';

/** What each visit gives, ms on the main thread. */
const COLUMNS = {
  load: 'load path',
  idle: 'load and idle',
  first: 'first track()',
  next: 'next track()',
  whole: 'track(), whole',
};

/** Time on the main thread, as ratios to Plausible's. */
export async function measureMainThread(contestants, browser) {
  for (const throttle of THROTTLES) {
    const visits = contestants.map(() => []);
    // In turns, so that a busy moment of the machine is everybody's.
    for (let round = 0; round < VISITS; round++) {
      for (const [i, contestant] of contestants.entries())
        visits[i].push(await visit(contestant, browser, throttle));
    }
    const medians = visits.map((all) =>
      Object.fromEntries(Object.keys(COLUMNS).map((key) => [key, median(all.map((one) => one[key]))])),
    );
    const base = medians[contestants.findIndex(({ name }) => name === BASE)];
    printTable(
      `Main thread at ${throttle}× CPU throttle: times Plausible's (ms), median of ${VISITS} fresh visitors`,
      contestants.map(({ name }, i) => ({
        name,
        ...Object.fromEntries(
          Object.entries(COLUMNS).map(([key, title]) => [
            title,
            `${ratio(medians[i][key], base[key])} (${medians[i][key].toFixed(2)})`,
          ]),
        ),
      })),
    );
  }
}

/** Stands in the script for the collector's address until that is known. */
const COLLECTOR = 'collector.invalid';

/** Browsers round the clock to 0.1 ms: the mean of so many single calls is finer. */
const NEXT_TRACKS = 10;

/** @returns ms on the main thread, by the names in `COLUMNS` */
async function visit({ start }, browser, throttle) {
  const contestant = await start();
  const code = (await contestant.script(`http://${COLLECTOR}`, true)).replaceAll('</script', '<\\/script');
  const head = (url) =>
    `<script>performance.mark('begin')</script><script>${code.replaceAll(COLLECTOR, new URL(url).host)}</script>` +
    `<script>performance.mark('end')</script>`;
  const world = await startWorld({ ...contestant, head });
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Performance.enable');
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: throttle });
    await page.goto(world.siteUrl);
    await page.evaluate(settled);
    const spent = async (metric) => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === metric).value * 1000;
    };
    const idle = await spent('ScriptDuration');
    const begin = await spent('TaskDuration');
    const [first, ...next] = await page.evaluate(timeTracks, { count: NEXT_TRACKS, called: 'track' });
    const end = await spent('TaskDuration');
    // The same with nothing tracked: what measuring costs.
    await page.evaluate(timeTracks, { count: NEXT_TRACKS, called: 'String' });
    const whole = end - begin - ((await spent('TaskDuration')) - end);
    return {
      load: await page.evaluate(() => performance.measure('load', 'begin', 'end').duration),
      idle,
      first,
      next: next.reduce((sum, ms) => sum + ms) / NEXT_TRACKS,
      whole: whole / (NEXT_TRACKS + 1),
    };
  } finally {
    await context.close();
    await world.close();
    await contestant.settle();
  }
}

/** In the page: resolves when nothing is left over from loading. */
async function settled() {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => requestIdleCallback(resolve));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/**
 * In the page: the times of a first call of this global function and of so many more, ms, each with
 * what it leaves to its task's end. Ends when what they left to later is over.
 */
async function timeTracks({ count, called }) {
  const times = [];
  for (let i = 0; i <= count; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      // Comes after this task and its microtasks.
      port1.onmessage = () => {
        times.push(performance.now() - begin);
        resolve();
      };
      port2.postMessage('');
      const begin = performance.now();
      window[called](`mxmain${i}`, '');
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  return times;
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[(numbers.length - 1) / 2];
}
