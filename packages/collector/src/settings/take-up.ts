import type { Config } from '../config/config.ts';
import type { Env } from '../config/environment.ts';
import type { ConfigProblem } from '../config/problems.ts';
import { readSources, type Sources } from '../config/read-sources.ts';
import { resolveConfig } from '../config/resolve.ts';
import type { Changes } from '../config/site-changes.ts';

/** The file with the changes of run time over it. */
export interface TakenUp {
  config: Config;
  /** Where each value of it is from. */
  sources: Sources;
  /** The sites whose changes cannot be used, and hold nobody up. */
  ignored: readonly Ignored[];
}

export interface Ignored {
  site: string;
  problems: readonly ConfigProblem[];
}

/**
 * Lays changes over a file that can be used by itself. Where they cannot be used, for example as the file
 * has become another one since, those of as many sites as possible are.
 *
 * @throws where the file cannot be used by itself, which is looked at before
 */
export function takeUp(input: unknown, env: Env, changes: Changes): TakenUp {
  const all = resolve(input, env, changes);
  if (!('problems' in all)) return { ...all, ignored: [] };
  let good: Changes = {};
  const ignored: Ignored[] = [];
  for (const [site, change] of Object.entries(changes)) {
    const more = { ...good, [site]: change };
    const resolved = resolve(input, env, more);
    if ('problems' in resolved) ignored.push({ site, problems: resolved.problems.map(ofSite) });
    else good = more;
  }
  const rest = resolve(input, env, good);
  if ('problems' in rest) throw new Error('the config cannot be used without what was changed at run time');
  return { ...rest, ignored };
}

function resolve(
  input: unknown,
  env: Env,
  changes: Changes,
): { config: Config; sources: Sources } | { problems: ConfigProblem[] } {
  const resolved = resolveConfig(input, env, changes);
  if ('problems' in resolved) return resolved;
  const sources = readSources(input, env, changes);
  return 'problems' in sources ? sources : { config: resolved.config, sources };
}

/** The number of a site in the list says nothing to who changes it by its id. */
function ofSite({ path, message }: ConfigProblem): ConfigProblem {
  return { path: path.replace(/^sites\[\d+\]\.?/, ''), message };
}
