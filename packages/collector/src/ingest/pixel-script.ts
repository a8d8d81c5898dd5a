import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { FEATURE_NAMES } from '@uet-capi/pixel/feature-names';
import { type EncodedText, encodeText } from './encoded-text.ts';

/** What the pixel's build holds in place of settings and features, quotes included, exactly once each. */
const SETTINGS_PLACE = '"%CAPI_SETTINGS%"';
const FEATURES_PLACE = '"%CAPI_FEATURES%"';

/** The pixel's build for the script tag. */
export interface PixelBuild {
  script: string;
  /** The debug overlay, the same for every site. */
  overlay: string;
  /** By name, each one expression. */
  features: Record<string, string>;
}

/** Reads the build. Throws where `@uet-capi/pixel` was not built. */
export async function loadPixelBuild(): Promise<PixelBuild> {
  const read = (file: string) =>
    readFile(fileURLToPath(import.meta.resolve(`@uet-capi/pixel/${file}`)), 'utf8');
  // All under one promise: of several that fail, the others would end the process unheard.
  const [script, overlay, ...features] = await Promise.all([
    read('c.js'),
    read('debug.js'),
    ...FEATURE_NAMES.map((name) => read(`features/${name}.js`)),
  ]);
  return {
    script: script!,
    overlay: overlay!,
    features: Object.fromEntries(FEATURE_NAMES.map((name, index) => [name, features[index]!])),
  };
}

/** The pixel with a site's settings and features in it. */
export function bakeScript(
  { script, features }: Pick<PixelBuild, 'script' | 'features'>,
  settings: object,
  used: readonly string[],
): string {
  // `<` is escaped: somebody will inline the script in a page.
  const json = JSON.stringify(settings).replaceAll('<', '\\u003c');
  const parts = script.split(FEATURES_PLACE).map((part) => part.split(SETTINGS_PLACE));
  if (parts.length !== 2 || parts.flat().length !== 3) {
    throw new Error(`the pixel script must hold ${SETTINGS_PLACE} and ${FEATURES_PLACE} once each`);
  }
  const list = `[${used.map((name) => features[name]).join()}]`;
  return parts.map((part) => part.join(json)).join(list);
}

/** More than an agency has sites. */
const MAX_ENCODED = 200;

export type ScriptEncoder = (script: string) => Promise<EncodedText[]>;

/** Encodes each script once: most of them are the same after a change of settings. */
export function createScriptEncoder(): ScriptEncoder {
  const known = new Map<string, Promise<EncodedText[]>>();
  return (script) => {
    const encoded = known.get(script) ?? encodeText(script);
    // All at once: what is still in use is soon back.
    if (known.size >= MAX_ENCODED) known.clear();
    known.set(script, encoded);
    return encoded;
  };
}
