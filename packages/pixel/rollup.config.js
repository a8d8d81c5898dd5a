import { readdirSync } from 'node:fs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import esbuild from 'rollup-plugin-esbuild';
import { minify } from 'terser';

const target = 'es2019';
const resolve = nodeResolve({ exportConditions: ['uet-capi-source'], extensions: ['.ts', '.js'] });
const compile = esbuild({ target, tsconfig: false });

/** Terser, since what it gives is 6 % smaller after brotli than what esbuild's own minifier gives. */
const shrink = (toplevel = true) => ({
  name: 'shrink',
  renderChunk: (code) =>
    minify(code, {
      ecma: 2019,
      toplevel,
      // The last three make the text more regular, which brotli rewards: fewer bodies written out where they are called.
      compress: { passes: 3, unsafe_arrows: true, inline: 1, hoist_funs: true, negate_iife: false },
      // A page may have another encoding.
      format: { ascii_only: true },
    }),
});

const bundle = (input, file, format, ...more) => ({
  input,
  plugins: [resolve, compile, ...more],
  output: { file, format, strict: format === 'iife' },
});

/** A feature is one expression, which the collector writes into the list in `c.js`. */
const expression = {
  name: 'expression',
  renderChunk: (code) => code.replace(/^var feature=/, '').replace(/;\s*$/, ''),
};

/** One file in `src/features` each, named like the setting that asks for it. */
const FEATURES = readdirSync(new URL('src/features', import.meta.url))
  .filter((file) => file.endsWith('.ts') && !/^feature\.ts$|\.test\.ts$/.test(file))
  .map((file) => file.replace('.ts', ''));

export default [
  bundle('src/script.ts', 'dist/c.js', 'iife', shrink()),
  // A block, not a function: `const` leaks nothing, and every byte stands in the page.
  bundle('src/stub.ts', 'dist/stub.js', 'es', shrink()),
  bundle('src/index.ts', 'dist/index.js', 'es'),
  // For the collector, which puts `c.js` together.
  bundle('src/feature-names.ts', 'dist/feature-names.js', 'es'),
  bundle('src/overlay/script.ts', 'dist/debug.js', 'iife', shrink()),
  ...FEATURES.map((name) => {
    const config = bundle(
      `src/features/${name}.ts`,
      `dist/features/${name}.js`,
      'iife',
      shrink(false),
      expression,
    );
    return { ...config, output: { ...config.output, name: 'feature', strict: false } };
  }),
];
