import express from 'express';
import helmet from 'helmet';
import { describe, expect, test } from 'vitest';
import { createRouter } from './router.ts';
import { type SendOptions, serve } from './testing/serve.ts';
import { createTestListener, SERVER_KEY, TAG_ID } from './testing/test-listener.ts';

const ENVELOPE = { v: 1, data: [{ eventType: 'custom' }] };
const BATCH = { data: [{ eventType: 'custom' }] };

function beacon(type: string): SendOptions {
  return {
    headers: { host: 'localhost', origin: 'http://localhost', 'content-type': type },
    body: JSON.stringify(ENVELOPE),
  };
}

const CAPI_CALL: SendOptions = {
  headers: { authorization: `Bearer ${SERVER_KEY}`, 'content-type': 'application/json' },
  body: JSON.stringify(BATCH),
};

/** An application as it exists before the collector comes. */
async function start(middleware: express.RequestHandler[]) {
  const test = createTestListener();
  const app = express();
  for (const handler of middleware) app.use(handler);
  app.get('/m/e.gif/other', (_, res) => void res.send('the app, below the mount'));
  app.use('/m', createRouter(test.listener));
  app.post('/order', (req, res) => void res.json(req.body ?? null));
  app.get('/m/own', (_, res) => void res.send('the app, behind the collector'));
  return { ...test, server: await serve(app) };
}

describe.each<[what: string, express.RequestHandler[]]>([
  ['alone', []],
  ['behind helmet, json and urlencoded', [helmet(), express.json(), express.urlencoded({ extended: true })]],
  ['behind json for every type', [express.json({ type: '*/*' })]],
  ['behind text for every type', [express.text({ type: '*/*' })]],
  ['behind raw for every type', [express.raw({ type: '*/*' })]],
])('in an Express app, %s', (_, middleware) => {
  test('the event routes work', async () => {
    const { server, intake } = await start(middleware);
    expect((await server.send('POST', '/m/e', beacon('text/plain;charset=UTF-8'))).status).toBe(202);
    expect((await server.send('POST', '/m/e', beacon('application/json'))).status).toBe(202);
    expect((await server.send('POST', `/m/v1/${TAG_ID}/events`, CAPI_CALL)).status).toBe(200);
    expect(intake.pixelCalls.map(({ envelope }) => envelope)).toEqual([ENVELOPE, ENVELOPE]);
    expect(intake.capiCalls.map(({ body }) => body)).toEqual([BATCH]);

    const script = await server.send('GET', '/m/c.js?v=1');
    expect(script.status).toBe(200);
    expect(script.headers['cross-origin-resource-policy']).toBe('cross-origin');
    expect((await server.send('GET', '/m/e.gif?u=http://localhost/')).status).toBe(200);
    expect(intake.noscriptCalls).toHaveLength(1);
    expect((await server.send('GET', '/m/e')).status).toBe(405);
  });

  test('everything else reaches the app', async () => {
    const { server } = await start(middleware);
    expect((await server.send('GET', '/m/own')).text).toBe('the app, behind the collector');
    expect((await server.send('GET', '/m/e.gif/other')).text).toBe('the app, below the mount');
    expect((await server.send('GET', '/c.js')).status).toBe(404);
    expect((await server.send('GET', '/m/nothing')).status).toBe(404);
  });
});

test('a body that something in front has swallowed is said, not waited for', async () => {
  const swallow: express.RequestHandler = (req, _, next) => void req.resume().on('end', () => next());
  const { server } = await start([swallow]);
  const answer = await server.send('POST', '/m/e', beacon('text/plain'));
  expect(answer.status).toBe(400);
  expect(answer.text).toContain('req.body');
});

test('a form parser that mistakes the beacon for a form harms nothing', async () => {
  const { server } = await start([express.urlencoded({ extended: true, type: '*/*' })]);
  expect((await server.send('POST', '/m/e', beacon('text/plain'))).status).toBe(400);
});

const greet: express.RequestHandler = (_, res, next) => {
  res.cookie('app', '1');
  next();
};

/** As express-session and cookie-session do it. */
const greetLate: express.RequestHandler = (_, res, next) => {
  const { writeHead } = res;
  res.writeHead = ((...head: Parameters<typeof writeHead>) => {
    res.cookie('app', '1');
    return writeHead.apply(res, head);
  }) as typeof writeHead;
  next();
};

test.each([
  ['at once', greet],
  ['with the head of the answer', greetLate],
])('the script carries no cookie that the app sets for everything, %s', async (_, middleware) => {
  const { server } = await start([middleware]);
  expect((await server.send('GET', '/m/c.js')).headers['set-cookie']).toBeUndefined();
  expect((await server.send('GET', '/m/own')).headers['set-cookie']).toHaveLength(1);
});

test('a time-out of the app that has answered already is left alone', async () => {
  const { server, intake } = await start([
    (req, res, next) => {
      next();
      if (req.originalUrl === '/m/e') res.status(504).send('too slow');
    },
  ]);
  expect(await server.send('POST', '/m/e', beacon('text/plain'))).toMatchObject({
    status: 504,
    text: 'too slow',
  });
  expect(intake.pixelCalls.length).toBeLessThanOrEqual(1);
  expect((await server.send('GET', '/m/healthz')).status).toBe(200);
});
