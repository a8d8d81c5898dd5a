import type { Incoming } from '../exchange.ts';

/** A request for tests of pure functions; `headers` by lower-case name. */
export function incoming(headers: Record<string, string>, rest: Partial<Incoming> = {}): Incoming {
  return {
    method: 'GET',
    path: '/',
    query: '',
    peer: '203.0.113.9',
    encrypted: false,
    receivedAt: 1_700_000_000_000,
    header: (name) => headers[name],
    body: () => Promise.resolve({ bytes: Buffer.alloc(0) }),
    ...rest,
  };
}
