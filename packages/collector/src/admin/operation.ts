import { z } from 'zod';

/** The schema of a part that an operation does not have. */
export const NOTHING = z.undefined();

/** Who asks. */
export interface Principal {
  /** `admin`, or the name of a read-only token. */
  name: string;
  role: 'admin' | 'read';
  /** Undefined: every site. Nothing of other sites is shown, not even that it exists. */
  sites: readonly string[] | undefined;
}

/** What an operation is given: everything has been read by its schemas. */
export interface Input<Params = unknown, Query = unknown, Body = unknown> {
  params: Params;
  query: Query;
  body: Body;
  principal: Principal;
  /** ms. */
  now: number;
  /** Where an interrupted stream goes on (`Last-Event-ID`). */
  lastEventId: string | undefined;
}

export interface Done<Value = unknown> {
  value: Value;
}

/** An answer without end, as server-sent events, until `signal` says that nobody listens any more. */
export interface Live<Value = unknown> {
  stream(signal: AbortSignal): AsyncIterable<LiveMessage<Value>>;
}

export interface LiveMessage<Value = unknown> {
  /** Where to go on after this message; missing: where one was before. */
  id?: string;
  /** Missing: a heartbeat, by which both ends know that the other is there. */
  value?: Value;
}

/** What cannot be done, for the person who asked. */
export interface Problem {
  status: 400 | 403 | 404 | 409 | 422 | 503;
  /** One word for programs, `not_found`. */
  code: string;
  message: string;
  /** Where in the request, `body.goals[0].name`. */
  path?: string;
}

/**
 * One call of the management API: routes, checks of what comes in and goes out, and the OpenAPI
 * description are all made from this.
 */
export interface Operation {
  /** `listEvents`; unique. */
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/admin/api`: `/events/{seq}`. */
  path: string;
  summary: string;
  /** Heading under which it is described: the resource. */
  tag: string;
  /** `write`: the admin token alone. */
  needs: 'read' | 'write';
  /** Parts of the path; texts that the schema may turn into something else (`z.coerce.number()`). */
  params: z.ZodType;
  /** The same of the query. */
  query: z.ZodType;
  /** JSON. */
  body: z.ZodType;
  /** What is not described here does not leave. Of a live answer: each message's value. */
  answer: z.ZodType;
  /** Of an answer that is right. Default: 200. */
  status?: 200 | 201 | 202;
  /** True where the answer is `Live`. */
  live?: true;
  handle(input: Input): Promise<Done | Live | Problem>;
}

interface Definition<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>
  extends Omit<Operation, 'params' | 'query' | 'body' | 'answer' | 'handle'> {
  params?: P;
  query?: Q;
  body?: B;
  answer: A;
  handle(
    input: Input<z.output<P>, z.output<Q>, z.output<B>>,
  ): Promise<Done<Unchanged<z.input<A>>> | Live<Unchanged<z.input<A>>> | Problem>;
}

/** What an answer is made of may be read-only: it is checked and printed. */
type Unchanged<T> = T extends object ? { readonly [Key in keyof T]: Unchanged<T[Key]> } : T;

/** Types `handle` by the schemas. Without a schema the part is `undefined`, whatever was sent. */
export function operation<
  A extends z.ZodType,
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(definition: Definition<P, Q, B, A>): Operation {
  return { params: NOTHING, query: NOTHING, body: NOTHING, ...definition };
}

/** True where the principal may know of the site. */
export function mayKnow({ sites }: Principal, site: string): boolean {
  return sites === undefined || sites.includes(site);
}

/** What does not exist, or not for who asks: the answer is the same. */
export function notFound(what: string): Problem {
  return { status: 404, code: 'not_found', message: `${what} does not exist` };
}
