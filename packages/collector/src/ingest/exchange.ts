import type { ReadBody } from './body.ts';

/**
 * One request and its answer, free of `node:http`, Express and `fetch`, so that every route is
 * written and tested once and each of the three is a thin adapter.
 */
export interface Incoming {
  method: string;
  /** Path below the mount, percent-encoded as it came: `/e`, `/shop/c.js`. */
  path: string;
  /** What follows the `?`, without it. */
  query: string;
  /** A header's value by its lower-case name. */
  header(name: string): string | undefined;
  /** Address of the socket's other end. */
  peer: string | undefined;
  /** Whether the socket itself is TLS. */
  encrypted: boolean;
  /** ms. */
  receivedAt: number;
  /** Reads the body, at most once; never rejects. */
  body(limitBytes: number): Promise<ReadBody>;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  body: string | Buffer | Stream;
}

/** A body that comes as it is made. `signal` is aborted when the client is gone; then it must end. */
export type Stream = (signal: AbortSignal) => AsyncIterable<string>;

/** One path of the collector. */
export interface Route {
  /** What metrics call it: one of a few fixed words. */
  name: string;
  /** What it answers to; `HEAD` comes with `GET` by itself. */
  methods: readonly string[];
  handle(request: Incoming): Answer | Promise<Answer>;
  /** What is answered where `handle` throws, which is a bug; without it: 500. */
  onBug?: Answer;
}
