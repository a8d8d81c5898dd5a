import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Where the build puts the page; the same place seen from the sources and from what is built of them. */
const FOLDER = new URL('../../dist/page/', import.meta.url);

const ASSET_TYPES = {
  'app.js': 'text/javascript; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
} as const;

/** What stands in the login page where something went wrong. */
const MESSAGE_PLACE = '<!--MESSAGE-->';

export interface PageFiles {
  /** The debugger's document. Its addresses are relative to `/admin`, without a slash at the end. */
  page: string;
  /**
   * The form that asks for the token, as a document of its own: it loads nothing, since without access
   * there is nothing to load.
   *
   * @param message why it is shown again, plain words of ours
   */
  login(message?: string): string;
  /** What `style-src` must allow so that the login page may have its own style. */
  loginStyle: string;
  /** By name: what lies below `admin/assets/`. */
  assets: ReadonlyMap<string, PageAsset>;
}

export interface PageAsset {
  type: string;
  text: string;
}

/** Reads the page's build. Throws where the package was not built. */
export async function loadPageFiles(): Promise<PageFiles> {
  const read = (name: string) => readFile(new URL(name, FOLDER), 'utf8');
  const login = await read('login.html');
  const assets = Object.entries(ASSET_TYPES).map(
    async ([name, type]) => [name, { type, text: await read(name) }] as const,
  );
  return {
    page: await read('index.html'),
    login: (message) =>
      login.replace(MESSAGE_PLACE, () =>
        message === undefined ? '' : `<p class="error" role="alert">${message}</p>`,
      ),
    loginStyle: `'sha256-${createHash('sha256').update(styleOf(login)).digest('base64')}'`,
    assets: new Map(await Promise.all(assets)),
  };
}

/** Exactly what stands between the tags: that is what browsers hash. */
const styleOf = (html: string) => /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? '';
