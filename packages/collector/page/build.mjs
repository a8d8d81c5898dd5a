import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// One script and one style sheet, beside the two documents: the page has a handful of requests to make.
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: { app: here('src/main.tsx'), style: here('style/app.css') },
  outdir: here('../dist/page'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'eof',
});
for (const file of ['index.html', 'login.html']) copyFileSync(here(file), here(`../dist/page/${file}`));
