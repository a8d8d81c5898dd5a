import { expect, test } from 'vitest';
import { answerNotFound } from '../../ingest/node.ts';
import { serve } from '../../ingest/testing/serve.ts';
import {
  ADMIN_TOKEN,
  createTestListener,
  READ_TOKEN,
  READ_TOKEN_ENV,
} from '../../ingest/testing/test-listener.ts';
import { wrap } from '../../ingest/wrap.ts';

async function start(input: object = {}) {
  const { listener, ...rest } = createTestListener({
    readTokens: [{ name: 'agency', tokenEnv: READ_TOKEN_ENV, sites: ['site'] }],
    ...input,
  });
  return { ...rest, ...(await serve(wrap(listener, answerNotFound, '/m'))) };
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test('a token tells who one is', async () => {
  const { send } = await start();
  const admin = await send('GET', '/m/admin/api/session', bearer(ADMIN_TOKEN));
  expect(JSON.parse(admin.text)).toMatchObject({ name: 'admin', role: 'admin', sites: ['site'] });
  const reader = await send('GET', '/m/admin/api/session', bearer(READ_TOKEN));
  expect(JSON.parse(reader.text)).toMatchObject({ name: 'agency', role: 'read', sites: ['site'] });
});
