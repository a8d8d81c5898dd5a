import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Config } from './config.ts';
import type { ConfigProblem } from './problems.ts';
import { resolveConfig } from './resolve.ts';

/** `input`: of what the config was made, for what was changed at run time to be laid over. */
export type Loaded = { config: Config; input: unknown } | { problems: ConfigProblem[] };

/** Looked for in this order in the working directory, where `UET_CAPI_CONFIG` names none. */
const CONFIG_FILES = ['ts', 'mjs', 'js', 'json'].map((ending) => `uet-capi.config.${ending}`);

/**
 * The config of the command line: a file, if there is one, and the environment over it.
 *
 * @param cwd where the file is looked for
 */
export async function loadConfig(cwd: string, env: Record<string, string | undefined>): Promise<Loaded> {
  const named = env.UET_CAPI_CONFIG;
  const file = named ? resolve(cwd, named) : CONFIG_FILES.map((name) => resolve(cwd, name)).find(existsSync);
  try {
    const input = file === undefined ? {} : await readConfigFile(file);
    const resolved = resolveConfig(input, env);
    return 'problems' in resolved ? resolved : { ...resolved, input };
  } catch (error) {
    return { problems: [{ path: file ?? '', message: `cannot be read: ${reasonOf(error)}` }] };
  }
}

/** Node tells an ES module in a package of CommonJS by the word that it stumbled over, and no remedy. */
function reasonOf(error: unknown): string {
  const { message } = error as Error;
  const isModule = error instanceof SyntaxError && /'export'|import statement/.test(message);
  const remedy = 'its package.json says "type": "commonjs": say "module", or name it uet-capi.config.mjs';
  return isModule ? `${message}; ${remedy}` : message;
}

async function readConfigFile(file: string): Promise<unknown> {
  if (file.endsWith('.json')) return readJson(await readFile(file, 'utf8'));
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  if (module.default === undefined) throw new Error('it has no default export');
  return module.default;
}

/** Editors on Windows put a byte order mark in front. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    // Node's own message may quote the file, and somebody may have written a secret into it.
    const place = /line \d+ column \d+/.exec(String(error))?.[0];
    throw new Error(`it is no valid JSON${place ? `: ${place}` : ''}`);
  }
}
