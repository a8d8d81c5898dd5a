import type { Config } from './config.ts';
import { type Env, readVariable, VARIABLES } from './environment.ts';
import type { ConfigProblem } from './problems.ts';

/** Of the offline conversions API, which this version does not have. */
const OFFLINE_VARIABLES = [
  'UET_CAPI_CUSTOMER_ID',
  'UET_CAPI_ACCOUNT_ID',
  'UET_CAPI_DEVELOPER_TOKEN',
  'UET_CAPI_CLIENT_ID',
  'UET_CAPI_CLIENT_SECRET',
  'UET_CAPI_ENCRYPTION_KEY',
  'UET_CAPI_OAUTH_URL',
  'UET_CAPI_ADS_URL',
];

/**
 * Variables that are set and have no effect. They stop no start, as other programs may share the
 * environment; but who misspelt one should hear of it. Names only, never values.
 */
export function unusedVariables(env: Env, config: Config): ConfigProblem[] {
  const { adminTokenEnv, sites } = config;
  const secrets = sites.flatMap(({ tokenEnv, serverKeyEnv }) => [tokenEnv, serverKeyEnv]);
  const used = new Set<string>([...VARIABLES, adminTokenEnv, ...secrets]);
  return Object.keys(env)
    .filter((name) => /^UET_CAPI_/i.test(name) && !used.has(name) && readVariable(env, name) !== undefined)
    .map((path) => ({
      path,
      message: OFFLINE_VARIABLES.includes(path)
        ? 'has no effect: this version has no offline conversions'
        : 'has no effect: correct its spelling or unset it; docs/configuration.md shows all variables',
    }));
}
