import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

/** One text in one encoding; each has its own strong entity tag. */
export interface EncodedText {
  encoding: 'br' | 'gzip' | undefined;
  etag: string;
  body: Buffer;
}

/** Compresses once, so that brotli's best level costs nothing per request. In order of preference. */
export async function encodeText(text: string): Promise<EncodedText[]> {
  const body = Buffer.from(text);
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return [
    { encoding: 'br', etag: `"${hash}-br"`, body: await promisify(brotliCompress)(body) },
    { encoding: 'gzip', etag: `"${hash}-gzip"`, body: await promisify(gzip)(body) },
    { encoding: undefined, etag: `"${hash}"`, body },
  ];
}

/** The first variant that the client takes; the one without encoding is always taken. */
export function chooseEncoding(
  variants: readonly EncodedText[],
  acceptEncoding: string | undefined,
): EncodedText {
  const accepted = new Set(
    (acceptEncoding ?? '').split(',').flatMap((entry) => {
      const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
      return parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter)) ? [] : [name];
    }),
  );
  return variants.find(({ encoding }) => encoding === undefined || accepted.has(encoding))!;
}
