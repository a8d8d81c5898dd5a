import { type RollupOptions, rollup } from 'rollup';

/** By name in `dist`; features are `features/<name>.js`. */
export type Scripts = Record<'c.js' | 'stub.js' | 'index.js' | 'debug.js', string> & Record<string, string>;

/** Builds the browser files as the build does, into memory. */
export async function buildScripts(): Promise<Scripts> {
  const root = new URL('../../', import.meta.url);
  const { default: configs } = (await import(new URL('rollup.config.js', root).href)) as {
    default: (RollupOptions & { input: string; output: { file: string } })[];
  };
  const built: Record<string, string> = {};
  for (const config of configs) {
    const bundle = await rollup({ ...config, input: new URL(config.input, root).pathname });
    const { output } = await bundle.generate(config.output);
    for (const file of output)
      built[file.fileName] = (file.type === 'chunk' ? file.code : String(file.source)).trim();
    await bundle.close();
  }
  return built as Scripts;
}
