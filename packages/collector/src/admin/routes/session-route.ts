import { json, retryAfter } from '../../ingest/answers.ts';
import type { Answer, Incoming, Route } from '../../ingest/exchange.ts';
import { readJson } from '../../ingest/json-body.ts';
import { mediaType } from '../../ingest/media-type.ts';
import type { Access, Denied } from '../access/access.ts';
import { denialAnswer } from './denial.ts';
import { problemAnswer } from './problem-answer.ts';

/** A token has a few dozen characters; bytes. */
const MAX_BODY_BYTES = 4_096;

/** From `/admin/session` back to the page, whatever the mount. */
const PAGE = '../admin';

/**
 * `POST /admin/session` exchanges a token for the page's cookie, from the login form or as JSON;
 * `DELETE` ends it in this browser.
 */
export function createSessionRoute(access: Access): Route {
  async function signIn(request: Incoming): Promise<Answer> {
    const isForm = mediaType(request.header('content-type')) === 'application/x-www-form-urlencoded';
    const given = isForm ? await readForm(request) : await readJson(request, MAX_BODY_BYTES);
    if ('status' in given) return problemAnswer({ ...given, code: 'unreadable_body' });
    const { token } = (given.value ?? {}) as { token?: unknown };
    // Blanks come along when a token is copied.
    const result = access.signIn(request, typeof token === 'string' ? token.trim() : '');
    if ('denied' in result) return isForm ? backToForm(result) : denialAnswer(result);
    const headers = { 'Set-Cookie': result.cookie };
    return isForm ? redirect(PAGE, headers) : json(200, { signedIn: true }, headers);
  }

  function signOut(request: Incoming): Answer {
    const result = access.signOut(request);
    return 'denied' in result
      ? denialAnswer(result)
      : json(200, { signedIn: false }, { 'Set-Cookie': result.cookie });
  }

  return {
    name: 'admin',
    methods: ['POST', 'DELETE'],
    handle: (request) => (request.method === 'POST' ? signIn(request) : signOut(request)),
  };
}

async function readForm(
  request: Incoming,
): Promise<{ value: unknown } | { status: number; message: string }> {
  const body = await request.body(MAX_BODY_BYTES);
  if ('failed' in body) return { status: 400, message: 'the form could not be read' };
  // An app's own parser may have been in front.
  if ('parsed' in body) return { value: body.parsed };
  return { value: Object.fromEntries(new URLSearchParams(body.bytes.toString())) };
}

function backToForm(denied: Denied): Answer {
  return redirect(`${PAGE}?denied=${denied.denied}`, denied.denied === 'limited' ? retryAfter(denied) : {});
}

/** 303: the browser goes on with `GET`. */
function redirect(to: string, headers: Answer['headers']): Answer {
  return { status: 303, headers: { Location: to, 'Cache-Control': 'no-store', ...headers }, body: '' };
}
