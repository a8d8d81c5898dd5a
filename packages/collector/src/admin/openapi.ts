import { z } from 'zod';
import { VERSION } from '../version.ts';
import { NOTHING, type Operation } from './operation.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/**
 * The OpenAPI 3.1 description of every call below `/admin`, from the schemas that check them.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function describeApi(operations: readonly Operation[]): object {
  const paths: Record<string, Record<string, object>> = {
    '/admin/session': SESSION,
    '/admin/api/openapi.json': DESCRIPTION,
  };
  for (const operation of operations) {
    const path = `/admin/api${operation.path}`;
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'uet-capi management API',
      version: VERSION,
      description:
        'Everything that the event debugger does. Times are milliseconds since 1970. A call that cannot be ' +
        'done answers `{ error: { code, message, path? } }`. A read-only token that is for some sites ' +
        'finds nothing of others.',
    },
    // Seen from this document: the place where the collector is mounted.
    servers: [{ url: '../..' }],
    security: [{ token: [] }, { session: [] }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The admin token or a read-only token.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'capi_admin',
          description: 'Of the page. What is no GET also needs the header `X-Capi-Admin: 1`.',
        },
      },
      responses: { Problem: response('It cannot be done; the message says why.', PROBLEM) },
    },
  };
}

function describe({ id, summary, tag, needs, params, query, body, answer, ...rest }: Operation): object {
  const output = z.toJSONSchema(answer, { ...CONVERSION, io: 'output' });
  const parameters = [...parametersOf('path', params), ...parametersOf('query', query)];
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...(needs === 'write' && { description: 'Needs the admin token.' }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== NOTHING && { requestBody: { required: true, content: content(inputOf(body)) } }),
    responses: {
      [rest.status ?? 200]: response('Done.', plain(output), rest.live ? 'text/event-stream' : undefined),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

/** What JSON Schema cannot say (a transform, a date) is described as anything rather than not at all. */
const CONVERSION = { unrepresentable: 'any' } as const;

const inputOf = (schema: z.ZodType) => plain(z.toJSONSchema(schema, { ...CONVERSION, io: 'input' }));

/** Which dialect it is says the version of OpenAPI. */
function plain({ $schema: _, ...schema }: Schema): Schema {
  return schema;
}

function parametersOf(place: 'path' | 'query', schema: z.ZodType): object[] {
  if (schema === NOTHING) return [];
  const { properties = {}, required = [] } = inputOf(schema);
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property as Schema;
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}

const content = (schema: object, type = 'application/json') => ({ [type]: { schema } });

const response = (description: string, schema: object, type?: string) => ({
  description,
  content: content(schema, type),
});

const PROBLEM = inputOf(
  z.object({ error: z.object({ code: z.string(), message: z.string(), path: z.string().optional() }) }),
);

const SIGNED_IN = inputOf(z.object({ signedIn: z.boolean() }));

const DESCRIPTION = {
  get: {
    operationId: 'getDescription',
    summary: 'This description.',
    tags: ['Session'],
    responses: {
      200: response('OpenAPI 3.1.', {}),
      default: { $ref: '#/components/responses/Problem' },
    },
  },
};

/** The one path that needs no token, or takes it otherwise. */
const SESSION = {
  post: {
    operationId: 'signIn',
    summary: 'Exchanges a token for the cookie of the page.',
    tags: ['Session'],
    security: [],
    requestBody: { required: true, content: content(inputOf(z.object({ token: z.string() }))) },
    responses: {
      200: response('The cookie is set, for 12 hours.', SIGNED_IN),
      default: { $ref: '#/components/responses/Problem' },
    },
  },
  delete: {
    operationId: 'signOut',
    summary: 'Ends the session in this browser.',
    tags: ['Session'],
    security: [],
    responses: {
      200: response('The cookie is gone.', SIGNED_IN),
      default: { $ref: '#/components/responses/Problem' },
    },
  },
};
