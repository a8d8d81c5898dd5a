import { afterEach, describe, expect, test } from 'vitest';
import type { ConfigInput } from '../config/schema.ts';
import { CLICK, NOW, NOW_S } from '../pipeline/testing/sample-facts.ts';
import { type IntakeUnderTest, openIntake } from './testing/intake-under-test.ts';

let current: IntakeUnderTest;
afterEach(() => current.end());

const open = async (settings: ConfigInput = {}) => {
  current = await openIntake(settings);
  return current;
};

describe('browsers without script', () => {
  const url = `https://shop.example/?msclkid=${CLICK.replaceAll('-', '')}&email=john@contoso.com`;

  test.each([
    { by: 'denied', country: 'US', counted: 0 },
    { by: 'region', country: undefined, counted: 0 },
    { by: 'region', country: 'DE', counted: 0 },
    { by: 'region', country: 'US', counted: 1 },
    { by: 'granted', country: 'DE', counted: 1 },
  ] as const)('default $by, country $country: $counted', async ({ by, country, counted }) => {
    const intake = await open({ consent: { default: by } });
    await intake.noscript(url, { country });
    expect(await intake.events()).toHaveLength(counted);
  });

  test('are not counted under Global Privacy Control', async () => {
    const intake = await open({ consent: { default: 'granted' } });
    await intake.noscript(url, { refuses: true });
    expect(await intake.events()).toEqual([]);
  });

  test('are counted where it is granted, and remembered nowhere', async () => {
    const intake = await open({ consent: { default: 'granted' } });
    await intake.noscript(url);
    const [event] = await intake.wires();
    expect(event).toMatchObject({
      eventType: 'pageLoad',
      eventTime: NOW_S,
      adStorageConsent: 'G',
      eventSourceUrl: url.replace('john@contoso.com', 'removed'),
      pageLoadId: expect.stringMatching(/^[0-9a-f-]{14}4[0-9a-f-]{21}$/),
      userData: { msclkid: CLICK, clientIpAddress: '203.0.113.7' },
    });
    expect(event?.eventId).toBe(event?.pageLoadId);
    expect(await intake.recall(`visitor:${event?.userData.anonymousId}`)).toEqual([]);
    expect(await intake.events()).toMatchObject([{ source: 'noscript', state: 'pending', receivedAt: NOW }]);
  });

  test('an address that is none does no harm', async () => {
    const intake = await open({ consent: { default: 'granted' } });
    await intake.noscript('javascript:alert(1)');
    expect(await intake.events()).toEqual([]);
  });
});
