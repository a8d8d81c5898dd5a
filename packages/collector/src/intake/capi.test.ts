import { afterEach, describe, expect, test } from 'vitest';
import type { ConfigInput } from '../config/schema.ts';
import { CLICK, JOHN, NOW, NOW_S } from '../pipeline/testing/sample-facts.ts';
import { type IntakeUnderTest, openIntake, taken } from './testing/intake-under-test.ts';

let current: IntakeUnderTest;
afterEach(() => current.end());

const open = async (settings: ConfigInput = {}) => {
  current = await openIntake(settings);
  return current;
};

const lead = (fields: object = {}) => ({
  eventType: 'custom',
  eventName: 'lead',
  eventId: 'lead-1',
  eventTime: NOW_S,
  userData: { anonymousId: 'visitor-1' },
  ...fields,
});
const bad = () => lead({ eventType: 'x', eventId: 'bad' });
const ids = async (intake: IntakeUnderTest) => (await intake.events()).map(({ eventId }) => eventId);

describe("Microsoft's rules decide over the whole request", () => {
  const data = [lead({ eventId: 'a' }), bad(), lead({ eventId: 'b' })];

  test('atomic: one bad event, nothing is taken', async () => {
    const intake = await open();
    const { status, body } = taken(await intake.capi({ data }));
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: { code: 'ValidationError', details: [{ index: 1, propertyName: 'data[1].eventType' }] },
      traceId: expect.any(String),
    });
    expect(body).not.toHaveProperty('eventsReceived');
    expect(await ids(intake)).toEqual([]);
  });

  test('continue: the good ones are taken', async () => {
    const intake = await open();
    const { status, body } = taken(await intake.capi({ data, continueOnValidationError: true }));
    expect(status).toBe(200);
    expect(body).toMatchObject({ eventsReceived: 2, error: { details: [{ index: 1 }] } });
    expect(await ids(intake)).toEqual(['a', 'b']);
  });

  // Pages hand on a context without ids then, and its order must not take others with it.
  test.each([
    ['drop', ['a']],
    ['anonymous', ['a', 'order-1']],
  ] as const)('a buyer who refused, and named nobody (%s)', async (whenDenied, stored) => {
    const intake = await open({ consent: { whenDenied } });
    const context = Buffer.from('{"v":1,"g":"denied"}').toString('base64url');
    const order = lead({ eventId: 'order-1', userData: undefined, context });
    expect(taken(await intake.capi({ data: [lead({ eventId: 'a' }), order] }))).toMatchObject({
      status: 200,
      body: { eventsReceived: 2 },
    });
    expect(await ids(intake)).toEqual(stored);
  });

  test.each([undefined, null, [], 'x', {}, { data: [] }, { data: 'x' }])('%j is no request', async (body) => {
    const intake = await open();
    expect(taken(await intake.capi(body))).toMatchObject({
      status: 400,
      body: { error: { details: [{ propertyName: 'data', errorCode: 'Empty' }] } },
    });
  });

  test('1,001 events are refused, 1,000 taken', async () => {
    const intake = await open();
    const many = Array.from({ length: 1_001 }, (_, index) => lead({ eventId: `${index}` }));
    expect(taken(await intake.capi({ data: many, continueOnValidationError: true })).status).toBe(400);
    const { body } = taken(await intake.capi({ data: many.slice(1) }));
    expect(body).toMatchObject({ eventsReceived: 1_000 });
    expect(await ids(intake)).toHaveLength(1_000);
  });

  test('clear identity in an id is refused, and not repeated', async () => {
    const intake = await open();
    const { status, body } = taken(await intake.capi({ data: [lead({ eventId: 'john@contoso.com' })] }));
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { details: [{ errorCode: 'ClearIdentity' }] } });
    expect(JSON.stringify(body)).not.toContain('contoso');
  });

  test('a 400 needs no store', async () => {
    const intake = await open();
    await intake.closeStore();
    expect(taken(await intake.capi({ data: [bad()] })).status).toBe(400);
  });
});

describe('requests of clients that exist', () => {
  test.each<[string, object, object]>([
    [
      'options inside each event',
      { data: [lead({ continueOnValidationError: true, dataProvider: 'SEGMENT' })] },
      lead({ adStorageConsent: 'G' }),
    ],
    [
      'null for what is not known',
      {
        data: [
          lead({
            pageTitle: null,
            userData: { anonymousId: 'visitor-1', em: null, ph: null },
            customData: null,
          }),
        ],
      },
      lead({ adStorageConsent: 'G' }),
    ],
    [
      'undashed click ids and upper-case hashes',
      {
        data: [
          lead({ userData: { msclkid: CLICK.replaceAll('-', '').toUpperCase(), em: JOHN.toUpperCase() } }),
        ],
      },
      lead({ adStorageConsent: 'G', userData: { msclkid: CLICK, em: JOHN } }),
    ],
    [
      'clear e-mail',
      { data: [lead({ userData: { email: ' John@Contoso.com' } })] },
      lead({ adStorageConsent: 'G', userData: { em: JOHN } }),
    ],
    [
      'lower-case currency',
      { data: [lead({ customData: { currency: 'eur', value: 1 } })], dataProvider: 'x' },
      lead({ adStorageConsent: 'G', customData: { currency: 'EUR', value: 1 } }),
    ],
  ])('%s', async (_, body, wire) => {
    const intake = await open();
    const answer = taken(await intake.capi(body));
    expect(answer).toEqual({ status: 200, body: { eventsReceived: 1, traceId: expect.any(String) } });
    expect(await intake.wires()).toEqual([wire]);
  });

  test('what Microsoft would remove is removed, told and noted', async () => {
    const intake = await open();
    const { status, body } = taken(await intake.capi({ data: [lead({ referrerUrl: '/x' })] }));
    expect(status).toBe(200);
    expect(body).toMatchObject({ eventsReceived: 1, error: { code: 'ValidationWarning' } });
    const [event] = await intake.events();
    expect(event?.notes).toEqual(["referrerUrl: 'referrerUrl' must be a valid URL."]);
    expect(event?.wire).not.toContain('referrerUrl');
  });
});

describe('consent', () => {
  const explicit = (adStorageConsent: string) => lead({ adStorageConsent });

  test.each<[string, object[], number]>([
    ['missing is granted', [lead()], 1],
    ['denied counts as received', [explicit('D')], 0],
    ['a decision that cannot be read is none', [explicit('maybe')], 0],
  ])('%s', async (_, data, kept) => {
    const intake = await open();
    expect(taken(await intake.capi({ data }))).toMatchObject({ status: 200, body: { eventsReceived: 1 } });
    expect(await ids(intake)).toHaveLength(kept);
  });

  test('a refusal is remembered for what the servers report later', async () => {
    const intake = await open();
    await intake.capi({ data: [explicit('D')] });
    await intake.capi({ data: [lead({ eventId: 'later' })] });
    expect(await ids(intake)).toEqual([]);
    await intake.capi({ data: [lead({ eventId: 'asked-again', adStorageConsent: 'G' })] });
    await intake.capi({ data: [lead({ eventId: 'then' })] });
    expect(await ids(intake)).toEqual(['asked-again', 'then']);
  });
});

const people: [string, object][] = [
  ['visitor', { anonymousId: 'v' }],
  ['customer', { externalId: 'c' }],
  ['e-mail', { em: JOHN }],
  ['phone', { ph: JOHN.replace('e', 'f') }],
];

describe('a refusal that names only one key of a person', () => {
  test.each(people)('is remembered, and erases what waits: %s', async (_, user) => {
    const intake = await open();
    const everything = Object.assign({}, ...people.map(([, one]) => one));
    await intake.capi({ data: [lead({ eventId: 'waits', userData: everything })] });
    await intake.capi({ data: [lead({ adStorageConsent: 'D', userData: user })] });
    expect(await intake.events()).toMatchObject([{ state: 'skipped', wire: undefined }]);
    await intake.capi({ data: [lead({ eventId: 'later', userData: everything })] });
    expect(await ids(intake)).toEqual(['waits']);
  });

  test('counts from a browser for its visitor alone', async () => {
    const intake = await open();
    const userData = { anonymousId: 'somebody', externalId: 'c', em: JOHN };
    await intake.pixel([lead({ consent: 'denied', userData })]);
    await intake.capi({ data: [lead({ eventId: 'order', userData: { externalId: 'c', em: JOHN } })] });
    expect(await ids(intake)).toEqual(['order']);
  });
});

describe('the click id is found again', () => {
  test.each(people)('by %s', async (_, user) => {
    const intake = await open();
    const all = Object.assign({}, ...people.map(([, one]) => one));
    await intake.pixel([lead({ consent: 'granted', userData: { ...all, msclkid: CLICK } })]);
    await intake.capi({ data: [lead({ eventId: 'crm-1', userData: user })] }, NOW + 86_400_000);
    expect((await intake.wires())[1]?.userData).toEqual({ ...user, msclkid: CLICK });
  });

  test('not of another person', async () => {
    const intake = await open();
    await intake.pixel([lead({ consent: 'granted', userData: { anonymousId: 'v', msclkid: CLICK } })]);
    await intake.capi({ data: [lead({ eventId: 'crm-1', userData: { anonymousId: 'w' } })] });
    expect((await intake.wires())[1]?.userData).toEqual({ anonymousId: 'w' });
  });
});

test('a store that fails: come again', async () => {
  const intake = await open();
  await intake.closeStore();
  expect(await intake.capi({ data: [lead()] })).toEqual({ refused: 'busy', retryAfterS: 2 });
  expect(intake.failures).toHaveLength(1);
});
