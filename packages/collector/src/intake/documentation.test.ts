import { readFileSync } from 'node:fs';
import {
  capiEventSchema,
  customDataSchema,
  hotelDataSchema,
  itemSchema,
  userDataSchema,
} from '@uet-capi/protocol';
import { expect, test } from 'vitest';
import { JOHN, NOW_S } from '../pipeline/testing/sample-facts.ts';
import { openIntake, taken } from './testing/intake-under-test.ts';

/** `docs/server-events.md` names every field that an event can have, and its example is one. */

const page = readFileSync(new URL('../../../../docs/server-events.md', import.meta.url), 'utf8');

test('every field', () => {
  const [, section = ''] = page.split('\n## What an event holds\n');
  const schemas = [capiEventSchema, userDataSchema, customDataSchema, itemSchema, hotelDataSchema];
  const fields = [...schemas.flatMap(({ shape }) => Object.keys(shape)), 'email', 'phone', 'context'];
  expect(fields.filter((field) => !section.includes(`\`${field}\``))).toEqual([]);
});

test('the request by curl is taken as it stands, and nothing is left out of it', async () => {
  const [, body = ''] = /```sh\ncurl .*? -d '({.*?\n})'\n/s.exec(page) ?? [];
  const request = JSON.parse(body.replace("'$(date +%s)'", String(NOW_S)));
  const intake = await openIntake();
  try {
    expect(taken(await intake.capi(request))).toEqual({
      status: 200,
      body: { eventsReceived: 1, traceId: expect.any(String) },
    });
    const [{ userData, customData } = {}] = await intake.wires();
    expect(userData).toEqual({ em: JOHN, ph: expect.any(String) });
    expect(customData).toEqual(request.data[0].customData);
  } finally {
    await intake.end();
  }
});
