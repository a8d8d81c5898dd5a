import type { Config } from './config.ts';
import { type Env, readVariable, VARIABLES } from './environment.ts';
import type { ConfigProblem } from './problems.ts';

/**
 * Variables that are set and have no effect. They stop no start, as other programs may share the
 * environment; but who misspelt one should hear of it. Names only, never values.
 */
export function unusedVariables(
  env: Env,
  { adminTokenEnv, readTokens, alerts, ads, sites }: Config,
): ConfigProblem[] {
  const secrets = sites.flatMap(({ tokenEnv, serverKeyEnv }) => [tokenEnv, serverKeyEnv]);
  secrets.push(adminTokenEnv, ads.developerTokenEnv, ads.clientSecretEnv, ads.encryptionKeyEnv);
  secrets.push(alerts.webhookEnv, alerts.secretEnv);
  secrets.push(...readTokens.map(({ tokenEnv }) => tokenEnv));
  const used = new Set([...VARIABLES, ...secrets]);
  return Object.keys(env)
    .filter((name) => /^UET_CAPI_/i.test(name) && !used.has(name) && readVariable(env, name) !== undefined)
    .map((path) => ({
      path,
      message: 'has no effect: correct its spelling or unset it; docs/configuration.md shows all variables',
    }));
}
