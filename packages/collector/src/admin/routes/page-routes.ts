import { NO_STORE } from '../../ingest/answers.ts';
import { chooseEncoding, type EncodedText, encodeText } from '../../ingest/encoded-text.ts';
import type { Answer, Route } from '../../ingest/exchange.ts';
import type { Access, Denied } from '../access/access.ts';
import type { PageAsset, PageFiles } from '../page-files.ts';
import { denialAnswer, LIMITED_MESSAGE } from './denial.ts';

export interface PageRoutesOptions {
  access: Access;
  files: PageFiles;
}

/** With `no-referrer` browsers call the form's own origin `null` (Fetch, Origin header): Firefox also after a redirect with it. */
const TELLS_ORIGIN = { 'Referrer-Policy': 'same-origin' } as const;

const HTML = { 'Content-Type': 'text/html; charset=utf-8', ...NO_STORE } as const;

/** Why the form is shown again, by the address that `session-route.ts` sends the browser to. */
const MESSAGES: Readonly<Record<Denied['denied'], string>> = {
  unknown: 'This token is not known here. It is the value of UET_CAPI_ADMIN_TOKEN, or of a read-only token.',
  limited: `Nothing was looked at: ${LIMITED_MESSAGE}.`,
  foreign: 'The form was sent from another site. Please sign in here.',
};

/**
 * The form has no address of its own, and so is sent to the page's, with what is behind the `#`: a browser keeps that
 * through both redirects, and a link to an event still leads there after the sign-in.
 */
const TO_SESSION: Answer = {
  status: 307,
  headers: { Location: 'admin/session', ...NO_STORE, ...TELLS_ORIGIN },
  body: '',
};

/** `GET /admin`: the debugger, or the form that asks for the token; `POST`: that form. */
export function createPageRoute({ access, files }: PageRoutesOptions): Route {
  return {
    name: 'admin',
    methods: ['GET', 'POST'],
    handle(request): Answer {
      if (request.method === 'POST') return TO_SESSION;
      const admitted = access.admit(request);
      if ('principal' in admitted) return { status: 200, headers: HTML, body: files.page };
      if (admitted.denied === 'limited') return denialAnswer(admitted);
      const denied = new URLSearchParams(request.query).get('denied') ?? '';
      const message = Object.hasOwn(MESSAGES, denied) ? MESSAGES[denied as Denied['denied']] : undefined;
      const headers = { ...HTML, ...TELLS_ORIGIN, 'Content-Security-Policy': loginPolicy(files) };
      return { status: 401, headers, body: files.login(message) };
    },
  };
}

/** The page's script and style, for who has access: there is nothing else to see below `/admin`. */
export function createAssetRoutes({ access, files }: PageRoutesOptions): Map<string, Route> {
  return new Map(
    [...files.assets].map(([name, asset]) => [`/admin/assets/${name}`, createAssetRoute(access, asset)]),
  );
}

function createAssetRoute(access: Access, { type, text }: PageAsset): Route {
  /** Made for the first who looks: many a process is never asked. */
  let variants: Promise<EncodedText[]> | undefined;
  return {
    name: 'admin',
    methods: ['GET'],
    async handle(request): Promise<Answer> {
      const admitted = access.admit(request);
      if (!('principal' in admitted)) return denialAnswer(admitted);
      variants ??= encodeText(text);
      const { encoding, body } = chooseEncoding(await variants, request.header('accept-encoding'));
      const headers: Answer['headers'] = { 'Content-Type': type, Vary: 'Accept-Encoding', ...NO_STORE };
      if (encoding) headers['Content-Encoding'] = encoding;
      return { status: 200, headers, body };
    },
  };
}

/** It shows nothing, so that it needs nothing but its own style, and an icon of nothing, which keeps browsers from asking for one. */
function loginPolicy({ loginStyle }: PageFiles): string {
  return `default-src 'none'; style-src ${loginStyle}; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
}
