import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installFromDebian } from './debian.mjs';
import { firstWorking, works } from './executable.mjs';
import { Problem } from './problem.mjs';
import { run } from './run.mjs';

const E2E = join(dirname(fileURLToPath(import.meta.url)), '../e2e');

/** A download of some 150 MB, ms. */
const DOWNLOAD_TIMEOUT_MS = 300_000;

const REMEDY =
  'Install Chromium, Chrome or Edge, or let CHROMIUM_PATH name the executable of a Chromium-based browser.';

/**
 * Finds a Chromium-based browser, the nearest first: the one that CHROMIUM_PATH names, an installed
 * one, Playwright's download, Debian's package when running as root.
 *
 * @param {NodeJS.ProcessEnv} env with the pinned Node in its PATH
 * @returns {Promise<string>} path of the executable
 * @throws {Problem} when there is none and none can be had
 */
export async function findBrowser(env) {
  if (env.CHROMIUM_PATH) {
    if (await works(env.CHROMIUM_PATH, env)) return env.CHROMIUM_PATH;
    throw new Problem(`CHROMIUM_PATH names ${env.CHROMIUM_PATH}, which does not start.`, REMEDY);
  }
  const found =
    (await firstWorking(usualPlaces(env), env)) ?? (await download(env)) ?? (await fromDebian(env));
  if (found) return found;
  throw new Problem('No browser for the end-to-end tests could be found or installed.', REMEDY);
}

function usualPlaces(env) {
  switch (process.platform) {
    case 'darwin': {
      const apps = [
        'Google Chrome.app/Contents/MacOS/Google Chrome',
        'Chromium.app/Contents/MacOS/Chromium',
        'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
      ];
      return ['/Applications', join(env.HOME ?? '/', 'Applications')].flatMap((folder) =>
        apps.map((app) => join(folder, app)),
      );
    }
    case 'win32': {
      const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter(Boolean);
      const apps = [
        'Google/Chrome/Application/chrome.exe',
        'Chromium/Application/chrome.exe',
        'Microsoft/Edge/Application/msedge.exe',
      ];
      return roots.flatMap((root) => apps.map((app) => join(root, app)));
    }
    default: {
      const names = [
        'chromium',
        'chromium-browser',
        'google-chrome',
        'google-chrome-stable',
        'microsoft-edge',
        'microsoft-edge-stable',
      ];
      const folders = [...(env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin', '/snap/bin'];
      return names.flatMap((name) => folders.map((folder) => join(folder, name)));
    }
  }
}

async function download(env) {
  const executable = createRequire(join(E2E, 'package.json'))('@playwright/test').chromium.executablePath();
  if (!existsSync(executable)) {
    console.log("setup: no browser is installed; fetching Playwright's Chromium");
    const cli = join(E2E, 'node_modules/@playwright/test/cli.js');
    const options = { cwd: E2E, env, timeoutMs: DOWNLOAD_TIMEOUT_MS, quiet: true };
    const { ok, reason, output } = await run('node', [cli, 'install', '--no-shell', 'chromium'], options);
    if (!ok) console.log(`setup: that failed: ${/^Error: .*/m.exec(output)?.[0] ?? reason}`);
  }
  return (await works(executable, env)) ? executable : undefined;
}

async function fromDebian(env) {
  await installFromDebian(['chromium'], env);
  return firstWorking(usualPlaces(env), env);
}
