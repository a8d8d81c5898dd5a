import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

/** What the pixel's build holds in place of the settings, quotes included, exactly once. */
const PLACEHOLDER = '"%CAPI_SETTINGS%"';

/** One script in one encoding; each has its own strong entity tag. */
export interface ScriptVariant {
  encoding: 'br' | 'gzip' | undefined;
  etag: string;
  body: Buffer;
}

/** The pixel's build for the script tag. Throws where `@uet-capi/pixel` was not built. */
export function loadPixelScript(): Promise<string> {
  return readFile(fileURLToPath(import.meta.resolve('@uet-capi/pixel/c.js')), 'utf8');
}

/** The pixel with a site's settings in it. `<` is escaped: somebody will inline it in a page. */
export function bakeScript(script: string, settings: object): string {
  const parts = script.split(PLACEHOLDER);
  if (parts.length !== 2) throw new Error(`the pixel script must hold ${PLACEHOLDER} once`);
  return parts.join(JSON.stringify(settings).replaceAll('<', '\\u003c'));
}

/** Compresses once, so that brotli's best level costs nothing per request. In order of preference. */
export async function encodeScript(script: string): Promise<ScriptVariant[]> {
  const body = Buffer.from(script);
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return [
    { encoding: 'br', etag: `"${hash}-br"`, body: await promisify(brotliCompress)(body) },
    { encoding: 'gzip', etag: `"${hash}-gzip"`, body: await promisify(gzip)(body) },
    { encoding: undefined, etag: `"${hash}"`, body },
  ];
}
