import type { IncomingHttpHeaders } from 'node:http';
import { isRecord } from '@uet-capi/protocol';

/** Takes secrets out of what the log keeps: somebody may have pointed a real client here. */

const REDACTED = '(redacted)';
const SECRET_FIELDS = ['client_secret', 'refresh_token', 'code', 'code_verifier'];
const SECRET_ANSWERS = ['access_token', 'refresh_token', 'id_token', 'UetTagAuthKey', 'TagAuthKey'];
const TOKEN_PATHS = /^(?:\/[^/]+\/oauth2\/v2\.0)?\/token$/;
const KEY_PATH = '/CampaignManagement/v13/UetTagAuthKey/Query';

/** Of `authorization` the scheme stays: `Bearer (redacted)`. */
export function redactHeaders({
  authorization,
  developertoken,
  ...headers
}: IncomingHttpHeaders): IncomingHttpHeaders {
  return {
    ...headers,
    ...(authorization === undefined ? {} : { authorization: redactAuthorization(authorization) }),
    ...(developertoken === undefined ? {} : { developertoken: REDACTED }),
  };
}

/** The form of a token request. */
export function redactForm(pathname: string, body: string): string {
  if (!TOKEN_PATHS.test(pathname)) return body;
  const form = new URLSearchParams(body);
  // No form at all, such as JSON: nobody knows where its secrets are.
  if ([...form.keys()].some((name) => !/^\w+$/.test(name))) return REDACTED;
  for (const name of SECRET_FIELDS) if (form.has(name)) form.set(name, REDACTED);
  return form.toString();
}

/** The answer to a token request, and the key of a tag. */
export function redactAnswer(pathname: string, body: string): string {
  if (!TOKEN_PATHS.test(pathname) && pathname !== KEY_PATH) return body;
  try {
    const answer: unknown = JSON.parse(body);
    if (!isRecord(answer)) return body;
    const entries = Object.entries(answer).map(([name, value]) =>
      SECRET_ANSWERS.includes(name) && value !== null ? [name, REDACTED] : [name, value],
    );
    return JSON.stringify(Object.fromEntries(entries));
  } catch {
    return body;
  }
}

function redactAuthorization(authorization: string): string {
  const [scheme = '', ...rest] = authorization.split(' ');
  return rest.length > 0 ? `${scheme} ${REDACTED}` : REDACTED;
}
