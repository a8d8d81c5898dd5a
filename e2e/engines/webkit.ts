import type { Engine, Visitor, VisitorTab } from './engine.ts';
import { announcement, type RunningProgram, startProgram } from './process.ts';
import { shows } from './shows.ts';
import { command, startSession, type WebDriver } from './webdriver.ts';

/** Below the ports that systems give to whoever asks for any. */
const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** Starts of the driver that may meet a port in use. */
const ATTEMPTS = 5;

/**
 * Starts WebKitGTK's driver (WEBKIT_DRIVER_PATH) on a virtual screen; each visitor is a browser of its own.
 *
 * @param switches of the browser, on its command line
 */
export async function startWebKit(...switches: string[]): Promise<Engine> {
  const screen = startProgram('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp']);
  const display = `:${await announcement(screen, /^(\d+)\n/m)}`;
  const { driver, url } = await startDriver(display);
  return {
    visitor: () => newVisitor(url, switches),
    async close() {
      await driver.end();
      await screen.end();
    },
  };
}

/** The driver wants to be told its port. */
async function startDriver(display: string, attempt = 1): Promise<{ driver: RunningProgram; url: string }> {
  const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
  const url = `http://127.0.0.1:${port}`;
  const driver = startProgram(process.env.WEBKIT_DRIVER_PATH as string, [`--port=${port}`], {
    DISPLAY: display,
  });
  while (driver.child.exitCode === null) {
    const { ready } = await command<{ ready: boolean }>(url, 'GET', '/status').catch(() => ({
      ready: false,
    }));
    if (ready) return { driver, url };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (attempt === ATTEMPTS) throw new Error("WebKit's driver does not start.");
  return startDriver(display, attempt + 1);
}

/** A session: its browser keeps nothing from an earlier one. */
async function newVisitor(url: string, switches: string[]): Promise<Visitor> {
  const args = ['--automation', ...switches];
  const session = await startSession(url, { 'webkitgtk:browserOptions': { args } });
  return {
    async open(address) {
      const tab = asTab(session, await session.newWindow());
      await tab.goto(address);
      return tab;
    },
    // There is no such command.
    setOffline: async () => {},
    leave: () => session.end(),
  };
}

function asTab(session: WebDriver, handle: string): VisitorTab {
  const tab: VisitorTab = {
    async goto(url) {
      await session.inWindow(handle, 'POST', '/url', { url });
    },
    waitForUrl: (url) => shows(tab, url),
    async evaluate(expression) {
      const text = await session.inWindow<string | null>(handle, 'POST', '/execute/async', {
        script: `const done = arguments[0]; (async () => JSON.stringify({ value: await (${expression}) }))().then(done, (error) => done(JSON.stringify({ error: String(error) })))`,
        args: [],
      });
      const { value, error } = JSON.parse(text as string);
      if (error) throw new Error(error);
      return value;
    },
    async back() {
      await session.inWindow(handle, 'POST', '/back', {});
    },
    async close() {
      await session.inWindow(handle, 'DELETE', '/window');
    },
  };
  return tab;
}
