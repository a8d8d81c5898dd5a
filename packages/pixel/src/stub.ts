/**
 * The inline stub: takes down every call until `c.js` has loaded. `track` gives the event id back
 * at once; for a sale that is the transaction's id, by the same default rule as in the pixel.
 * Written for size, since it stands in every page: 400 bytes.
 */
interface Stub {
  [method: string]: unknown;
  flush(): unknown;
}

/** The calls, and what resolves `ready`. */
type StubQueue = unknown[] & { r?: (state: unknown) => void };

if (!self.capi) {
  const q: StubQueue = [];
  const ready = new Promise((resolve) => {
    q.r = resolve;
  });
  const stub: Stub = { q, ready, context: () => '', flush: () => ready.then(() => stub.flush()) };
  'track page identify consent set debug init'.split(' ').map(
    (method) =>
      (stub[method] = (name: unknown, params: Record<string, unknown>, options?: { eventId?: unknown }) => {
        let id: string | undefined;
        try {
          id = crypto.getRandomValues(new Uint32Array(4)).join('');
          // biome-ignore lint/complexity/useOptionalChain: longer in ES2019
          id = `${(options && options.eventId) || (name === 'purchase' && (params.transactionId || params.transaction_id)) || id}`;
        } catch {}
        q.push([method, [name, params, options], id, Date.now()]);
        return id;
      }),
  );
  self.capi = stub as never;
}
