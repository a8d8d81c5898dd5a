/** Where browsers reach the collector, without a slash at the end: `https://shop.example/m`. */
export const MOUNT = location.href.replace(/\/admin\/?([?#].*)?$/, '');

/** The API of the same collector. */
const BASE = `${MOUNT}/admin/api`;

/** Tells the collector that the page itself asks, not a form somewhere else that uses its cookie. */
const OWN_PAGE = { 'X-Capi-Admin': '1' };

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** What the collector could not do, in its own words. */
export class CallProblem extends Error {
  readonly status: number;
  /** Where in what was sent, `body.goals[0].name`. */
  readonly path: string | undefined;

  constructor(status: number, message: string, path?: string) {
    super(message);
    this.status = status;
    this.path = path;
  }
}

export function addressOf(path: string, query: Query = {}): string {
  const url = new URL(`${BASE}${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url.href;
}

/**
 * One call of the management API.
 *
 * @throws {CallProblem} the collector says no, or cannot be reached (status 0)
 */
export async function call<T>(method: Method, path: string, sent: { query?: Query; body?: unknown } = {}) {
  const { query, body } = sent;
  const answer = await fetch(addressOf(path, query), {
    method,
    headers: { ...OWN_PAGE, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new CallProblem(0, 'The collector does not answer. Is it running?');
  });
  // The session has ended: the collector shows the login page in this one's place.
  if (answer.status === 401) location.reload();
  const value = await answer.json().catch(() => undefined);
  if (answer.ok) return value as T;
  const { message, path: where } = value?.error ?? {};
  throw new CallProblem(answer.status, message ?? `The collector answered ${answer.status}.`, where);
}

/** Ends the session; the page then is the login page. */
export async function signOut(): Promise<void> {
  await fetch(`${MOUNT}/admin/session`, { method: 'DELETE', headers: OWN_PAGE });
  location.hash = '';
  location.reload();
}
