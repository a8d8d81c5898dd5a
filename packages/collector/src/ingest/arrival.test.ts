import express from 'express';
import { expect, test } from 'vitest';
import { arrivalSchema, isPass, issuePass, PASS_HEADER } from './arrival.ts';
import { createRouter } from './router.ts';
import { serve } from './testing/serve.ts';
import { ADMIN_TOKEN, createTestListener, TAG_ID } from './testing/test-listener.ts';

const NOW = 1_790_000_000_000;

test('a pass is good for five minutes, with the key it was made with', () => {
  const pass = issuePass('the key', NOW);
  expect(isPass('the key', pass, NOW)).toBe(true);
  expect(isPass('the key', pass, NOW + 299_000)).toBe(true);
  expect(isPass('the key', pass, NOW + 300_000)).toBe(false);
  // A clock that is an hour slow.
  expect(isPass('the key', pass, NOW - 3_600_000)).toBe(false);
  expect(isPass('another key', pass, NOW)).toBe(false);
  expect(isPass(undefined, pass, NOW)).toBe(false);
  for (const given of [undefined, '', 'x', `${pass}x`, pass.replace('.', '')]) {
    expect(isPass('the key', given, NOW)).toBe(false);
  }
});

test('who has a pass is told how a request arrives, and gets the cookies of a visitor', async () => {
  const { listener, intake } = createTestListener({ clientAddress: { trustedProxies: ['loopback'] } });
  const { send } = await serve(express().use(createRouter(listener)));
  const headers = {
    Host: 'shop.example',
    Origin: 'https://shop.example',
    'X-Forwarded-For': '203.0.113.9',
    'X-Forwarded-Proto': 'https',
  };
  const body = '{"v":1,"data":[]}';
  const pass = issuePass(ADMIN_TOKEN, Date.now());
  const looked = await send('POST', '/e', { headers: { ...headers, [PASS_HEADER]: pass }, body });
  expect(looked.status).toBe(202);
  expect(arrivalSchema.parse(JSON.parse(looked.text))).toEqual({
    version: expect.any(String),
    tagId: TAG_ID,
    allowed: true,
    ip: '203.0.113.9',
    hostname: 'shop.example',
    secure: true,
  });
  expect(looked.headers['set-cookie']).toEqual([
    expect.stringMatching(/^_capi_vid=doctor;.*Domain=shop\.example;.*Secure/),
    expect.stringMatching(/^_capi_msclkid=0{12}4.*Secure/),
  ]);
  expect(looked.headers['access-control-allow-origin']).toBe('https://shop.example');

  const foreign = { ...headers, Origin: 'https://evil.example', [PASS_HEADER]: pass };
  const refused = await send('POST', '/e', { headers: foreign, body });
  expect(refused.status).toBe(403);
  expect(JSON.parse(refused.text)).toMatchObject({ allowed: false, hostname: 'shop.example' });
  expect(refused.headers).not.toHaveProperty('set-cookie');
  expect(refused.headers).not.toHaveProperty('access-control-allow-origin');
  expect(intake.pixelCalls).toEqual([]);

  const wrong = { ...headers, 'Content-Type': 'text/plain', [PASS_HEADER]: issuePass('guessed', Date.now()) };
  const asEveryone = await send('POST', '/e', { headers: wrong, body });
  expect(JSON.parse(asEveryone.text)).toEqual({ accepted: 1, rejected: [] });
  expect(intake.pixelCalls).toHaveLength(1);
});
