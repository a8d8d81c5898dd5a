import type { z } from 'zod';
import { say } from '../../config/problems.ts';
import { json, retryAfter } from '../../ingest/answers.ts';
import type { Answer, Incoming, Route } from '../../ingest/exchange.ts';
import { readJson } from '../../ingest/json-body.ts';
import type { Log } from '../../log.ts';
import { StoreUnavailable } from '../../store/unavailable.ts';
import type { Access } from '../access/access.ts';
import {
  type Input,
  type Live,
  NOTHING,
  type Operation,
  type Principal,
  type Problem,
} from '../operation.ts';
import { denialAnswer } from './denial.ts';
import { createFindOperation } from './find-operation.ts';
import { problemAnswer } from './problem-answer.ts';
import { serverSentEvents } from './server-sent-events.ts';

export interface ApiRouteOptions {
  access: Access;
  operations: readonly Operation[];
  /** Largest body, bytes. */
  bodyBytes: number;
  /** Ends every stream: the store behind them is about to be closed. */
  closing: AbortSignal;
  log: Log;
}

/** Streams at once in one process: a few people with a few tabs. Each asks the store once a second. */
const MAX_STREAMS = 50;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Everything below `/admin/api`. Who has no access learns not even which paths there are. */
export function createApiRoute({
  access,
  operations,
  bodyBytes,
  closing,
  log,
}: ApiRouteOptions): (path: string) => Route {
  const find = createFindOperation(operations);
  let streams = 0;

  async function handle(request: Incoming, path: string): Promise<Answer> {
    const admitted = access.admit(request);
    if ('denied' in admitted) return denialAnswer(admitted);
    const found = find(request.method === 'HEAD' ? 'GET' : request.method, path);
    if (!found) return problemAnswer({ status: 404, code: 'not_found', message: 'there is no such path' });
    if ('allowed' in found) {
      const message = 'this method is not for this path';
      const headers = { Allow: found.allowed.join(', ') };
      return problemAnswer({ status: 405, code: 'method_not_allowed', message }, headers);
    }
    const { operation, params } = found;
    if (!isAllowed(operation, admitted.principal)) return problemAnswer(READ_ONLY);
    const body = operation.body === NOTHING ? { value: undefined } : await readJson(request, bodyBytes);
    if ('status' in body) {
      const headers = body.retryAfterS ? retryAfter({ retryAfterS: body.retryAfterS }) : {};
      return problemAnswer({ status: body.status, code: 'unreadable_body', message: body.message }, headers);
    }
    const read = readInput(operation, { params, query: readQuery(request.query), body: body.value });
    if ('code' in read) return problemAnswer(read);
    return perform(operation, {
      ...read,
      principal: admitted.principal,
      now: request.receivedAt,
      lastEventId: request.header('last-event-id'),
    });
  }

  async function perform(operation: Operation, input: Input): Promise<Answer> {
    const result = await operation.handle(input).catch(storeProblem);
    if ('code' in result) return problemAnswer(result);
    // Of what was changed it names no more: that may be about a person.
    const who = { operation: operation.id, by: input.principal.name };
    if (operation.needs === 'write') log.info(who, 'done through the management API');
    if (!('stream' in result)) return json(operation.status ?? 200, operation.answer.parse(result.value));
    if (streams >= MAX_STREAMS || closing.aborted) return problemAnswer(TOO_MANY_STREAMS);
    return serverSentEvents((signal) => follow(operation, result, AbortSignal.any([signal, closing])));
  }

  async function* follow(
    operation: Operation,
    { stream }: Live,
    signal: AbortSignal,
  ): ReturnType<Live['stream']> {
    streams += 1;
    try {
      for await (const { value, ...rest } of stream(signal)) {
        yield value === undefined ? rest : { ...rest, value: operation.answer.parse(value) };
      }
    } catch (error) {
      // The browser comes again by itself, and goes on where it was.
      if (!(error instanceof StoreUnavailable)) throw error;
    } finally {
      streams -= 1;
    }
  }

  return (path) => ({
    name: 'admin_api',
    methods: METHODS,
    handle: (request) => handle(request, path),
    onBug: problemAnswer({ status: 500, code: 'bug', message: 'the collector failed; its log says where' }),
  });
}

const READ_ONLY: Problem = {
  status: 403,
  code: 'read_only',
  message: 'this token only reads: the admin token is needed',
};

const TOO_MANY_STREAMS: Problem = {
  status: 503,
  code: 'too_many_streams',
  message: 'too many pages follow the events already: close some',
};

function isAllowed({ needs }: Operation, { role }: Principal): boolean {
  return needs === 'read' || role === 'admin';
}

/** What is repeated is a list. */
function readQuery(query: string): Record<string, string | string[]> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}

type Parts = Record<'params' | 'query' | 'body', unknown>;

/** The parts as their schemas make them, or the first thing that is wrong. */
function readInput(operation: Operation, given: Parts): Parts | Problem {
  const read: Parts = { params: undefined, query: undefined, body: undefined };
  for (const part of ['params', 'query', 'body'] as const) {
    if (operation[part] === NOTHING) continue;
    const parsed = operation[part].safeParse(given[part], { error: say });
    if (!parsed.success) return invalid(part, parsed.error);
    read[part] = parsed.data;
  }
  return read;
}

function invalid(part: keyof Parts, { issues }: z.ZodError): Problem {
  const issue = issues[0]!;
  const keys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  return {
    status: 400,
    code: 'invalid_input',
    path: [part, ...issue.path, ...keys].map(String).join('.'),
    message: issue.code === 'unrecognized_keys' ? 'is not known here' : issue.message,
  };
}

function storeProblem(error: unknown): Problem {
  if (!(error instanceof StoreUnavailable)) throw error;
  return { status: 503, code: 'store_unavailable', message: 'the store cannot answer now: try again' };
}
