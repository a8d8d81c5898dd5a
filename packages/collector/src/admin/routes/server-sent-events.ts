import type { Answer } from '../../ingest/exchange.ts';
import type { LiveMessage } from '../operation.ts';

/** How long a browser waits before it opens a stream again that has ended, ms. */
const RECONNECT_MS = 2_000;

/**
 * The format of `EventSource` (WHATWG HTML, server-sent events). Proxies are asked to hold nothing
 * back: compression by an app or nginx would keep messages until there are many.
 */
export function serverSentEvents(messages: (signal: AbortSignal) => AsyncIterable<LiveMessage>): Answer {
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    },
    async *body(signal) {
      yield `retry: ${RECONNECT_MS}\n\n`;
      for await (const { id, value } of messages(signal)) {
        const head = id === undefined ? '' : `id: ${id}\n`;
        // A line that begins with a colon is a comment. JSON has no line ends of its own.
        yield value === undefined ? `${head}:\n\n` : `${head}data: ${JSON.stringify(value)}\n\n`;
      }
    },
  };
}
