import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Resolved, resolveConfig } from './resolve.ts';

/** Looked for in this order in the working directory, where `UET_CAPI_CONFIG` names none. */
const CONFIG_FILES = ['ts', 'mjs', 'js', 'json'].map((ending) => `uet-capi.config.${ending}`);

/**
 * The config of the command line: a file, if there is one, and the environment over it.
 *
 * @param cwd where the file is looked for
 */
export async function loadConfig(cwd: string, env: Record<string, string | undefined>): Promise<Resolved> {
  const named = env.UET_CAPI_CONFIG;
  const file = named ? resolve(cwd, named) : CONFIG_FILES.map((name) => resolve(cwd, name)).find(existsSync);
  if (file === undefined) return resolveConfig({}, env);
  try {
    return resolveConfig(await readConfigFile(file), env);
  } catch (error) {
    return { problems: [{ path: file, message: `cannot be read: ${(error as Error).message}` }] };
  }
}

async function readConfigFile(file: string): Promise<unknown> {
  if (file.endsWith('.json')) return JSON.parse(await readFile(file, 'utf8'));
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  if (module.default === undefined) throw new Error('it has no default export');
  return module.default;
}
