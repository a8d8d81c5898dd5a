import { expect, test } from 'vitest';
import { createRequestLog } from './request-log.ts';

const request = (body = '', headers = {}) => ({ receivedAt: 0, method: 'POST', path: '/', headers, body });

test('keeps the newest 10,000 and counts on', () => {
  const log = createRequestLog();
  for (let i = 0; i < 10_001; i++) log.add(request());
  expect(log.list()).toHaveLength(10_000);
  expect(log.list()[0]?.number).toBe(2);
  expect(log.total()).toBe(10_001);
});

test('keeps 64 million characters of bodies, and always the newest request', () => {
  const log = createRequestLog();
  const body = 'x'.repeat(30_000_000);
  for (let i = 0; i < 3; i++) log.add(request(body));
  expect(log.list().map(({ number }) => number)).toEqual([2, 3]);
  log.add(request('x'.repeat(70_000_000)));
  expect(log.list().map(({ number }) => number)).toEqual([4]);
  log.add(request());
  expect(log.list().map(({ number }) => number)).toEqual([5]);
});

test.each([
  ['Bearer secret-token', 'Bearer (redacted)'],
  ['secret-token', '(redacted)'],
])('authorization %s becomes %s', (authorization, shown) => {
  const record = createRequestLog().add(request('', { authorization, host: 'x' }));
  expect(record.headers).toEqual({ host: 'x', authorization: shown });
});
