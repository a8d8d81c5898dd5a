/**
 * The environment without the collector's settings, so that neither the demo nor a test can reach
 * Microsoft, or somebody's data directory, by accident.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutCollectorSettings(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^UET_CAPI_/i.test(name)));
}
