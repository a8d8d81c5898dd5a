import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from './browser.mjs';
import { findEngines } from './engines.mjs';
import { fingerprint } from './fingerprint.mjs';
import { Problem } from './problem.mjs';
import { run } from './run.mjs';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The pinned Node that runs everything but these scripts. */
export const NODE = join(ROOT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** What starting the scripts themselves needs; everything else runs on the pinned Node. */
const LEAST_NODE_MAJOR = 20;

/** Inside node_modules, so that whoever deletes the one deletes the other. */
const STAMPS = join(ROOT, 'node_modules/.cache/uet-capi-setup.json');

/** Folders whose members are workspace packages, as in pnpm-workspace.yaml. */
const WORKSPACE_FOLDERS = ['packages', 'examples'];

/**
 * Brings a checkout into working order, from a fresh clone on: packages, build and, if asked for,
 * browsers. Does only what is missing or outdated.
 *
 * @param {{ browsers: boolean }} options
 * @returns {Promise<NodeJS.ProcessEnv>} environment for the programs to run: the pinned Node first in
 *   its PATH and, with `browsers`, CHROMIUM_PATH and what `findEngines` gives
 * @throws {Problem} when something cannot be had
 */
export async function setup({ browsers }) {
  if (Number.parseInt(process.versions.node, 10) < LEAST_NODE_MAJOR) {
    throw new Problem(
      `Node ${process.versions.node} is too old.`,
      `Install Node ${LEAST_NODE_MAJOR} or newer: https://nodejs.org`,
    );
  }
  const env = { ...process.env };
  // With "production" pnpm would leave out the development dependencies, the pinned Node among them.
  delete env.NODE_ENV;
  await install(env);
  usePinnedNode(env);
  await build(env);
  if (browsers) {
    env.CHROMIUM_PATH = await findBrowser(env);
    Object.assign(env, await findEngines(env));
  }
  return env;
}

async function install(env) {
  const wanted = fingerprint(manifests());
  if (existsSync(NODE) && readStamps().install === wanted) return;
  console.log('setup: installing packages (the first time takes a minute or two)');
  await pnpm(['install', '--frozen-lockfile'], env, {
    what: 'Installing packages failed',
    remedy: 'It needs the npm registry: check the network and the proxy settings of npm.',
  });
  writeStamps({ install: wanted });
}

async function build(env) {
  const sources = () =>
    fingerprint(
      [...manifests(), join(ROOT, 'tsconfig.base.json'), join(ROOT, 'packages')],
      (name) => name !== 'dist' && name !== 'node_modules' && !name.endsWith('.test.ts'),
    );
  const built = () => fingerprint(members('packages').map((member) => join(member, 'dist')));
  const { build: last } = readStamps();
  const wanted = sources();
  if (last?.sources === wanted && last.built === built()) return;
  console.log('setup: building the packages');
  await pnpm(['--recursive', 'run', 'build'], env, {
    what: 'The build failed',
    remedy: 'The lines above say where.',
  });
  writeStamps({ build: { sources: wanted, built: built() } });
}

/**
 * Runs pnpm in the version named by the package.json, by npx: nobody has to install it. Its output is
 * shown only when it fails: until then it would be warnings about the Node that runs this script.
 */
async function pnpm(args, env, { what, remedy }) {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  // This already is the version to use: pnpm need not see to it, nor note its own origin in the lockfile.
  // The install before the build was ours, so that one is not needed again.
  const settings = ['--pm-on-fail=ignore', '--config.verify-deps-before-run=false'];
  const result = await run('npx', ['--yes', packageManager, ...settings, ...args], {
    cwd: ROOT,
    // CI: it must never stop to ask.
    env: { ...env, CI: 'true' },
    quiet: true,
  });
  if (result.ok) return;
  console.error(result.output);
  throw new Problem(`${what} (${result.reason}).`, remedy);
}

function usePinnedNode(env) {
  // On Windows the variable is usually spelt Path.
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  env[name] = [dirname(NODE), join(ROOT, 'node_modules/.bin'), env[name]].filter(Boolean).join(delimiter);
}

/** Every file that decides what is installed. */
function manifests() {
  const folders = [...WORKSPACE_FOLDERS.flatMap(members), join(ROOT, 'e2e'), join(ROOT, 'bench/collector')];
  return [
    ...['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'].map((file) => join(ROOT, file)),
    ...folders.map((folder) => join(folder, 'package.json')),
  ];
}

function members(folder) {
  return readdirSync(join(ROOT, folder)).map((name) => join(ROOT, folder, name));
}

function readStamps() {
  return existsSync(STAMPS) ? JSON.parse(readFileSync(STAMPS, 'utf8')) : {};
}

function writeStamps(change) {
  const stamps = { ...readStamps(), ...change };
  mkdirSync(dirname(STAMPS), { recursive: true });
  writeFileSync(STAMPS, JSON.stringify(stamps));
}
