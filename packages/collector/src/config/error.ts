import type { ConfigProblem } from './problems.ts';

/** The config cannot be used. The message names every problem with its remedy, and no secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ path, message }) => (path ? `  ${path}: ${message}` : `  ${message}`));
    super(`The configuration is not usable:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}
