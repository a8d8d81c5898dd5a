import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { reach } from './reach.ts';
import { CERTIFICATE, KEY } from './testing/self-signed.ts';
import { describeUnreached } from './unreached.ts';

const { signal } = new AbortController();

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const hello: RequestListener = (request, response) => {
  response
    .writeHead(302, { Location: '/there', 'X-Seen': request.headers['x-given'] ?? 'nothing' })
    .end('hello');
};

test('one request, without following redirects', async () => {
  const port = await portOf(createServer(hello));
  const url = new URL(`http://127.0.0.1:${port}/`);
  expect(await reach(url, { headers: { 'x-given': 'this' }, signal })).toMatchObject({
    kind: 'answered',
    status: 302,
    headers: { location: '/there', 'x-seen': 'this' },
    body: 'hello',
    certificateEndsAt: undefined,
  });
});

test('over TLS: why it cannot be trusted, or when the certificate ends', async () => {
  const port = await portOf(createTlsServer({ key: KEY, cert: CERTIFICATE }, hello));
  const url = new URL(`https://127.0.0.1:${port}/`);
  const untrusted = await reach(url, { signal });
  expect(untrusted).toEqual({ kind: 'unreached', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });

  const usual = getCACertificates('default');
  setDefaultCACertificates([CERTIFICATE]);
  onTestFinished(() => setDefaultCACertificates(usual));
  const trusted = await reach(url, { signal });
  expect(trusted).toMatchObject({ kind: 'answered', status: 302 });
  const endsAt = 'certificateEndsAt' in trusted ? trusted.certificateEndsAt! : 0;
  expect(new Date(endsAt).getUTCFullYear()).toBe(2126);

  const other = await reach(new URL(`https://localhost:${port}/`), { signal });
  expect(other).toEqual({ kind: 'unreached', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('a server that never answers is given up', async () => {
  const silent = createServer(() => {});
  const port = await portOf(silent);
  const reached = await reach(new URL(`http://127.0.0.1:${port}/`), { signal: AbortSignal.timeout(50) });
  expect(reached).toEqual({ kind: 'unreached', code: 'TimeoutError' });
  silent.closeAllConnections();
});

test.each([
  ['ENOTFOUND', /no such name/, /DNS/],
  ['CERT_HAS_EXPIRED', /has expired/, /Renew/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /nobody vouches/, /NODE_EXTRA_CA_CERTS/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /for another name/, /certificate for this name/],
  ['TimeoutError', /in time/, /firewall/],
  ['EWHATEVER', /fails \(EWHATEVER\)/, /firewall/],
])('%s has a cause and a remedy', (code, what, next) => {
  const told = describeUnreached('shop.example', code);
  expect(told).toEqual({ what: expect.stringMatching(what), next: expect.stringMatching(next) });
  expect(told.what).toMatch(/^shop\.example cannot be reached: /);
});
