import type { Sandbox } from '../sandbox.ts';

export const TAG = '36001234';
const TOKEN = 'sandbox-token';

/** A valid custom event, with changes. */
export function customEvent(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventType: 'custom',
    eventName: 'purchase',
    eventId: 'order-1',
    eventTime: Math.floor(Date.now() / 1000),
    userData: { anonymousId: 'fce9a8c05ade11f1a86e5b2da2d16989' },
    customData: { value: 75.3, currency: 'EUR' },
    ...changes,
  };
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of many shapes.
  body: any;
}

/** Sends a request as a client of the Conversions API does; `init` overrides any part. */
export async function post(
  sandbox: Sandbox,
  body: unknown,
  {
    tagId = TAG,
    path = `/v1/${tagId}/events`,
    ...init
  }: RequestInit & { tagId?: string; path?: string } = {},
): Promise<Reply> {
  const response = await fetch(sandbox.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

/** Sends events in one request. */
export const send = (sandbox: Sandbox, ...data: unknown[]) => post(sandbox, { data });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
