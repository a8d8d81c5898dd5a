import { nodeResolve } from '@rollup/plugin-node-resolve';
import esbuild, { minify } from 'rollup-plugin-esbuild';

const target = 'es2019';
const resolve = nodeResolve({ exportConditions: ['uet-capi-source'], extensions: ['.ts', '.js'] });
const compile = esbuild({ target, tsconfig: false });

const bundle = (input, file, format, ...more) => ({
  input,
  plugins: [resolve, compile, ...more],
  output: { file, format, strict: format === 'iife' },
});

export default [
  bundle('src/script.ts', 'dist/c.js', 'iife', minify({ target, legalComments: 'none' })),
  // A block, not a function: `const` leaks nothing, and every byte stands in the page.
  bundle('src/stub.ts', 'dist/stub.js', 'es', minify({ target, legalComments: 'none' })),
  bundle('src/index.ts', 'dist/index.js', 'es'),
];
