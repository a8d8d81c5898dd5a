import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bidi, connectBidi } from './bidi.ts';
import type { Engine, Visitor, VisitorTab } from './engine.ts';
import { announcement, startProgram } from './process.ts';
import { shows } from './shows.ts';

type Evaluated =
  | { type: 'success'; result: { value?: string } }
  | { type: 'exception'; exceptionDetails: { text: string } };

/** Starts Firefox (FIREFOX_PATH), headless, with a profile of its own. */
export async function startFirefox(): Promise<Engine> {
  const profile = await mkdtemp(join(tmpdir(), 'uet-capi-firefox-'));
  const firefox = startProgram(process.env.FIREFOX_PATH as string, [
    '--headless',
    '--no-remote',
    '--remote-debugging-port=0',
    '--profile',
    profile,
  ]);
  const bidi = await connectBidi(await announcement(firefox, /WebDriver BiDi listening on (ws:\S+)/));
  return {
    visitor: () => newVisitor(bidi),
    async close() {
      bidi.close();
      await firefox.end();
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** A user context ("container"): cookies and storage of its own. */
async function newVisitor(bidi: Bidi): Promise<Visitor> {
  const { userContext } = await bidi.send<{ userContext: string }>('browser.createUserContext');
  return {
    async open(url) {
      const { context } = await bidi.send<{ context: string }>('browsingContext.create', {
        type: 'tab',
        userContext,
      });
      const tab = asTab(bidi, context);
      await tab.goto(url);
      return tab;
    },
    async setOffline(offline) {
      await bidi.send('emulation.setNetworkConditions', {
        networkConditions: offline ? { type: 'offline' } : null,
        userContexts: [userContext],
      });
    },
    async leave() {
      await bidi.send('browser.removeUserContext', { userContext });
    },
  };
}

function asTab(bidi: Bidi, context: string): VisitorTab {
  const tab: VisitorTab = {
    async goto(url) {
      await bidi.send('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    waitForUrl: (url) => shows(tab, url),
    async evaluate(expression) {
      const evaluated = await bidi.send<Evaluated>('script.evaluate', {
        expression: `(async () => JSON.stringify(await (${expression})))()`,
        awaitPromise: true,
        target: { context },
      });
      if (evaluated.type === 'exception') throw new Error(evaluated.exceptionDetails.text);
      const { value } = evaluated.result;
      return value === undefined ? undefined : JSON.parse(value);
    },
    async back() {
      await bidi.send('browsingContext.traverseHistory', { context, delta: -1 });
    },
    async close() {
      await bidi.send('browsingContext.close', { context });
    },
  };
  return tab;
}
