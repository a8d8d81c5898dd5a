import { describe, expect, test } from 'vitest';
import { resolveConfig } from './config/resolve.ts';
import { secretsOf } from './config/secrets.ts';
import { createLog } from './log.ts';

const ENV = {
  UET_CAPI_TOKEN: 'the"tag"token\\1',
  UET_CAPI_SERVER_KEY: 'server-key+of/the=site',
  UET_CAPI_ADMIN_TOKEN: 'admin-token',
  UET_CAPI_AGENCY_TOKEN: 'read-only-token',
  UET_CAPI_DEVELOPER_TOKEN: 'developer-token',
  UET_CAPI_CLIENT_SECRET: 'client-secret',
  UET_CAPI_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
};

function createTestLog() {
  const readTokens = [{ name: 'agency', tokenEnv: 'UET_CAPI_AGENCY_TOKEN' }];
  const resolved = resolveConfig({ tagId: '1', readTokens }, ENV);
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  const lines: string[] = [];
  const log = createLog('info', secretsOf(resolved.config), { write: (line) => void lines.push(line) });
  return { log, lines };
}

/** Ways in which a library, the system or Microsoft might say it. */
const SAYINGS: [string, (text: string) => object][] = [
  ['a fact', (text) => ({ reason: `refused: ${text}` })],
  ['an error', (text) => ({ err: new Error(`failed with ${text}`) })],
  ['its cause', (text) => ({ err: new Error('failed', { cause: new Error(text) }) })],
  ['its fields', (text) => ({ err: Object.assign(new Error('failed'), { request: { path: text } }) })],
  ['an answer in JSON', (text) => ({ reason: JSON.stringify({ message: text }) })],
  ['an address', (text) => ({ url: `https://api.example/?a=${encodeURIComponent(text)}` })],
  ['a field that has its name', (text) => ({ token: text, authorization: text, body: text })],
];

describe.each(SAYINGS)('in %s', (_, say) => {
  test.each(Object.keys(ENV))('%s is redacted', (name) => {
    const { log, lines } = createTestLog();
    const secret = ENV[name as keyof typeof ENV];
    log.error(say(secret), 'something failed');
    expect(JSON.parse(lines.join('')).msg).toBe('something failed');
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) {
      expect(lines.join('')).not.toContain(form);
    }
  });

  test.each(['john@contoso.com', '+49 151 12345678', 'john%40contoso.com'])('%s is cut out', (clear) => {
    const { log, lines } = createTestLog();
    log.warn(say(clear), 'something failed');
    expect(JSON.parse(lines.join('')).msg).toBe('something failed');
    expect(lines.join('')).not.toMatch(/contoso|12345678/);
  });
});

test('a secret that becomes known later is redacted from then on', () => {
  const lines: string[] = [];
  const secrets = ['the first secret'];
  const log = createLog('info', secrets, { write: (line) => void lines.push(line) });
  log.info({ reason: 'the first secret' }, 'one');
  secrets.push('the later secret');
  log.info({ reason: 'the later secret, the first secret' }, 'two');
  expect(lines.join('')).not.toMatch(/(first|later) secret/);
});

test.each([
  ['postgres://u:p4ss%2Fw0rd@db/x', ['p4ss/w0rd', 'p4ss%2Fw0rd']],
  ['postgres://db/x?user=u&password=p4ss%2Fw0rd+1&sslmode=require', ['p4ss/w0rd 1', 'p4ss%2Fw0rd+1']],
])('the password of the database is redacted, wherever it stands in %s', (url, forms) => {
  const resolved = resolveConfig({ tagId: '1' }, { UET_CAPI_TOKEN: 'token', UET_CAPI_DATABASE_URL: url });
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  const lines: string[] = [];
  const log = createLog('info', secretsOf(resolved.config), { write: (line) => void lines.push(line) });
  for (const form of [url, ...forms]) log.info({ reason: `refused: ${form}` }, 'the store failed');
  expect(lines).toHaveLength(3);
  expect(lines.join('')).not.toMatch(/p4ss|w0rd/);
});

test('what an operator needs stays', () => {
  const { log, lines } = createTestLog();
  const facts = { destination: 'uet-capi:12345678', reason: 'HTTP 503', dataDir: '/srv/.pnpm/pino@10.4.0/x' };
  log.info(facts, 'paused: events are kept and wait');
  expect(JSON.parse(lines[0]!)).toMatchObject(facts);
});
