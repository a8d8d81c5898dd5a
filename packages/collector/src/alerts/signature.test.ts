import { expect, test } from 'vitest';
import { isSigningSecret, signedHeaders } from './signature.ts';

/** Example of the Standard Webhooks specification and of its reference libraries' tests. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NOW = 1_614_265_330_000;

test('signs as the specification’s example', () => {
  expect(signedHeaders(SECRET, 'msg_p5jXN8AQM9LWM0D4loKWxJek', '{"test": 2432232314}', NOW)).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('without a key nothing is signed', () => {
  expect(signedHeaders(undefined, 'a', '{}', NOW)).toEqual({
    'webhook-id': 'a',
    'webhook-timestamp': '1614265330',
  });
});

test.each<[string, boolean]>([
  [SECRET, true],
  [`whsec_${Buffer.alloc(64).toString('base64')}`, true],
  [`whsec_${Buffer.alloc(65).toString('base64')}`, false],
  [`whsec_${Buffer.alloc(23).toString('base64')}`, false],
  ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', false],
  ['whsec_not base64 at all, though long enough', false],
])('%s is a key: %s', (secret, isKey) => {
  expect(isSigningSecret(secret)).toBe(isKey);
});
