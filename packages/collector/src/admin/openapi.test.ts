import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeApi } from './openapi.ts';
import { operation } from './operation.ts';

const common = { tag: 'Things', needs: 'read', answer: z.object({ size: z.int() }) } as const;
const handle = async () => ({ value: { size: 1 } });

test('an operation is described by its schemas', () => {
  const described = describeApi([
    operation({
      ...common,
      id: 'changeThing',
      method: 'PUT',
      path: '/things/{id}',
      summary: 'Changes a thing.',
      needs: 'write',
      params: z.object({ id: z.coerce.number().int() }),
      query: z.strictObject({
        word: z.string().optional().describe('A word.'),
        limit: z.coerce.number().default(5),
      }),
      body: z.strictObject({ list: z.array(z.string()).default([]) }),
      status: 201,
      handle,
    }),
    operation({
      ...common,
      id: 'getThing',
      method: 'GET',
      path: '/things/{id}',
      summary: 'A thing.',
      handle,
    }),
    operation({
      ...common,
      id: 'follow',
      method: 'GET',
      path: '/follow',
      summary: 'Follows.',
      live: true,
      handle,
    }),
  ]) as { paths: Record<string, Record<string, unknown>> };
  const answer = {
    type: 'object',
    properties: { size: { type: 'integer' } },
    required: ['size'],
    additionalProperties: false,
  };
  expect(described.paths['/admin/api/things/{id}']).toMatchObject({
    put: {
      operationId: 'changeThing',
      summary: 'Changes a thing.',
      description: 'Needs the admin token.',
      tags: ['Things'],
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
        { name: 'word', in: 'query', required: false, description: 'A word.', schema: { type: 'string' } },
        { name: 'limit', in: 'query', required: false, schema: { type: 'number', default: 5 } },
      ],
      requestBody: {
        required: true,
        // What has a default need not be sent.
        content: { 'application/json': { schema: { properties: { list: { type: 'array' } } } } },
      },
      responses: {
        201: { content: { 'application/json': { schema: answer } } },
        default: { $ref: '#/components/responses/Problem' },
      },
    },
    get: { operationId: 'getThing', responses: { 200: {} } },
  });
  expect(described.paths['/admin/api/things/{id}']!.put).not.toHaveProperty(
    'requestBody.content.application/json.schema.required',
  );
  expect(described.paths['/admin/api/follow']).toMatchObject({
    get: { responses: { 200: { content: { 'text/event-stream': { schema: answer } } } } },
  });
});
