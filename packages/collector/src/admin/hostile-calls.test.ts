import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type RunningCollector, runCollector, storeEvent } from './testing/running-collector.ts';

const TIMEOUT_MS = process.env.SOAK === '1' ? 3_600_000 : 300_000;
const RUNS = process.env.SOAK === '1' ? 20_000 : 200;

/** Traces of the inside that no answer may show. */
const INSIDE =
  /\n\s+at |node:internal|node_modules|file:\/\/|\.ts:\d+|shop-token|blog-token|the-admin-token|SQLITE/;

/** They ask other hosts, or have no end. */
const NOT_ASKED = ['getDoctor', 'sendTestAlert', 'followEvents'];

const text = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1',
    '1e309',
    'NaN',
    'null',
    '__proto__',
    '%00',
    'shop',
    'blog',
    'accepted',
    'uet-capi:11',
  ),
  fc.constantFrom("' OR 1=1 --", '\u202e', '\u0000', '9007199254740993', '../../admin', 'x'.repeat(1_000)),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

const LONG = 'x'.repeat(100_000);

interface Described {
  operationId: string;
  parameters?: { name: string; in: 'path' | 'query' }[];
  requestBody?: { content: Record<string, { schema: { properties?: object } }> };
}

/** One operation, with the names that it knows. */
interface Target {
  method: string;
  path: string;
  parts: string[];
  query: string[];
  fields: string[];
}

async function targetsOf({ call }: RunningCollector): Promise<Target[]> {
  const { body } = await call('GET', '/openapi.json');
  const paths = Object.entries<Record<string, Described>>(body.paths);
  return paths
    .filter(([path]) => path.startsWith('/admin/api/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { operationId }]) => !NOT_ASKED.includes(operationId))
        .map(([method, { parameters = [], requestBody }]) => ({
          method: method.toUpperCase(),
          path: path.slice('/admin/api'.length),
          parts: parameters.flatMap(({ name, in: place }) => (place === 'path' ? [name] : [])),
          query: parameters.flatMap(({ name, in: place }) => (place === 'query' ? [name] : [])),
          fields: Object.keys(requestBody?.content['application/json']?.schema.properties ?? {}),
        })),
    );
}

test(
  'whatever is sent to an operation, it is refused by its schemas or done, and never fails',
  async () => {
    const running = await runCollector();
    await storeEvent(running, 'order-1');
    const targets = await targetsOf(running);
    const hostile = fc.constantFrom(...targets).chain(({ method, path, parts, query, fields }) =>
      fc.record({
        method: fc.constant(method),
        path: fc
          .tuple(...parts.map(() => text))
          .map((values) =>
            parts.reduce(
              (filled, name, at) => filled.replace(`{${name}}`, encodeURIComponent(values[at]!)),
              path,
            ),
          ),
        query: fc.dictionary(fc.constantFrom(...query, 'other'), text),
        body: fc.oneof(
          fc.dictionary(
            fc.constantFrom(...fields, 'other'),
            fc.oneof(text, fc.jsonValue(), fc.constant(LONG)),
          ),
          fc.jsonValue(),
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async ({ method, path, query, body }) => {
        const answer = await running.call(method, path, { query, ...(method !== 'GET' && { body }) });
        expect(answer.status).toBeLessThan(500);
        if (answer.status >= 400) {
          expect(answer.body.error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
        }
        expect(JSON.stringify(answer.body)).not.toMatch(INSIDE);
      }),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);
