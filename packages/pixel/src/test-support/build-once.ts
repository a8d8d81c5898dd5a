import type { TestProject } from 'vitest/node';
import { buildScripts, type Scripts } from './build.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The browser files as the build makes them. */
    scripts: Scripts;
  }
}

/** Before a run, once: a build takes longer than many a file of tests. */
export default async function buildOnce(project: TestProject): Promise<void> {
  const provide = async () => project.provide('scripts', await buildScripts());
  await provide();
  project.onTestsRerun(provide);
}
