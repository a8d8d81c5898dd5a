import { readdirSync } from 'node:fs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import esbuild from 'rollup-plugin-esbuild';
import { minify } from 'terser';
import { WORDS } from './src/words.ts';

const target = 'es2019';
const resolve = nodeResolve({ exportConditions: ['uet-capi-source'], extensions: ['.ts', '.js'] });
const compile = esbuild({ target, tsconfig: false });

/**
 * Fields of `Page` and of the queue's `Entry`: the build may rename them, since they reach no page, no
 * storage, no wire and no overlay. No setting, no field of an event is called so; of the DOM terser knows.
 */
const OWN_FIELDS = /^(counted|sentAs|stored|consented|busy|adopted)$/;

/** A function of a module, as esbuild writes it. */
const FUNCTION = /^(async )?function ([\w$]+)(\([^\n]*\)) \{$(.*?)^\}$/gms;

/**
 * The same things said in the same way, which brotli rewards with 2 %: the functions of a module as
 * arrows, what is declared by `let`. Where that is not allowed (used before its module ran), the
 * script does not start.
 */
const regular = {
  name: 'regular',
  renderChunk(code) {
    const said = code.replace(FUNCTION, 'let $2 = $1$3 => {$4};').replace(/\bconst (?=[\w$[{])/g, 'let ');
    if (/^(async )?function /m.test(said)) throw new Error('a function that is written otherwise');
    return said;
  },
};

/** Terser, since what it gives is 6 % smaller after brotli than what esbuild's own minifier gives. */
const shrink = {
  name: 'shrink',
  async renderChunk(code) {
    const compressed = await minify(code, {
      ecma: 2019,
      toplevel: true,
      // The last two make the text more regular: fewer bodies written out where they are called.
      // `unsafe` writes templates as sums: all the same for what is no object with a `valueOf` of its own.
      compress: { passes: 3, unsafe: true, unsafe_arrows: true, inline: 1, negate_iife: false },
      mangle: false,
    });
    // In a step of their own, names follow the order in which they stand there at the end.
    return minify(compressed.code, {
      ecma: 2019,
      compress: false,
      mangle: { toplevel: true, properties: { regex: OWN_FIELDS } },
      // A page may have another encoding.
      format: { ascii_only: true },
    });
  },
};

/**
 * A word of the pixel becomes its place in the list of all, wherever it is said or waited for. In the npm form too: what a page
 * puts on every object may be called like a word, but not like a number.
 */
const words = {
  name: 'words',
  transform: (code) =>
    code.replace(/(?<![.\w])(say|on)\("([^"]*)"/g, (_, verb, word) => {
      if (!WORDS.includes(word)) throw new Error(`"${word}" is not in src/words.ts`);
      return `${verb}(${WORDS.indexOf(word)}`;
    }),
};

const bundle = (input, file, format, ...more) => ({
  input,
  plugins: [resolve, compile, ...more],
  output: { file, format, strict: format === 'iife' },
});

/** One file in `src/features` each, named like the setting that asks for it. */
const FEATURES = readdirSync(new URL('src/features', import.meta.url))
  .filter((file) => file.endsWith('.ts') && !/^feature\.ts$|\.test\.ts$/.test(file))
  .map((file) => file.replace('.ts', ''));

const FEATURES_PLACE = '"%CAPI_FEATURES%"';

/**
 * Core and features are shrunk as one program, since they share their names then, and are cut apart
 * afterwards: `c.js` with a place for the list of features, and each feature as one function that
 * the collector puts there, or does not. All that only this feature imports is in it.
 */
const apart = {
  name: 'apart',
  transform(code, id) {
    if (!id.endsWith('/src/script.ts')) return;
    const imports = FEATURES.map((name, i) => `import feature${i} from './features/${name}.ts';`);
    const list = [FEATURES_PLACE, ...FEATURES.map((_, i) => `feature${i}`)];
    return `${imports.join('\n')}\n${code.replace(FEATURES_PLACE, `[${list}]`)}`;
  },
  renderChunk(code, { modules }) {
    const known = new Map();
    /** The feature that a module is of; undefined for the core. */
    const owner = (id) => {
      if (id.includes('/src/features/')) return id;
      if (!known.has(id)) {
        // For modules that import each other.
        known.set(id, undefined);
        const owners = new Set(this.getModuleInfo(id).importers.map(owner));
        if (owners.size === 1) known.set(id, [...owners][0]);
      }
      return known.get(id);
    };
    const texts = {};
    for (const [id, { code: text }] of Object.entries(modules)) {
      const feature = text && owner(id);
      if (!feature) continue;
      // Twice in the build, it would have two states.
      if (!code.includes(text)) throw new Error(`${id} is not where it can be cut out`);
      texts[feature] = `${texts[feature] || ''}${text}\n`;
      code = code.replace(text, '');
    }
    // State and constants first, functions behind them: like beside like takes brotli 30 bytes less.
    // So no constant of the core may be made by a function, or hold one: the script would not start.
    const functions = code.match(FUNCTION).join('\n');
    code = code.replace(FUNCTION, '').replace(/(?=^guard\()/m, () => `${functions}\n`);
    // The last thing in a feature is its function, of which the body is enough here.
    const list = Object.entries(texts).map(([id, text]) => {
      const [, before, body] = /(.*)^const [\w$]+ = \(\) => \{\n(.*)\n\};/ms.exec(text);
      return `"%${id.replace(/.*\/|\.ts/g, '')}%", () => {\n${before}${body}\n}`;
    });
    code = code.replace(/"%CAPI_FEATURES%",[^\]]*/, () => [FEATURES_PLACE, ...list, '"%%"'].join());
    return `(() => {\n"use strict";\n${code}})()`;
  },
};

/** Behind `shrink`. */
const cut = {
  name: 'cut',
  generateBundle(_, { 'c.js': chunk }) {
    const [before, ...parts] = chunk.code.split(/,"%([\w-]*)%"/);
    const after = parts.pop();
    parts.pop();
    chunk.code = before.replace(/\[("%CAPI_FEATURES%")$/, '$1') + after.slice(1);
    for (let i = 0; i < parts.length; i += 2)
      this.emitFile({ type: 'asset', fileName: `features/${parts[i]}.js`, source: parts[i + 1].slice(1) });
  },
};

export default [
  bundle('src/script.ts', 'dist/c.js', 'es', words, apart, regular, shrink, cut),
  // A block, not a function: `const` leaks nothing, and every byte stands in the page.
  bundle('src/stub.ts', 'dist/stub.js', 'es', shrink),
  bundle('src/index.ts', 'dist/index.js', 'es', words),
  // For the collector, which puts `c.js` together.
  bundle('src/feature-names.ts', 'dist/feature-names.js', 'es'),
  bundle('src/overlay/script.ts', 'dist/debug.js', 'iife', shrink),
];
