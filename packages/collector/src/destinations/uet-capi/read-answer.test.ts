import { describe, expect, test } from 'vitest';
import type { Answer } from '../destination.ts';
import { type HttpAnswer, isMisconfigured, readAnswer } from './read-answer.ts';

const NOW = Date.parse('2026-08-20T12:00:00Z');

function read(http: Partial<Omit<HttpAnswer, 'body'>> & { body?: unknown }): Answer {
  const { body = '', ...rest } = http;
  return readAnswer({
    status: 200,
    headers: {},
    count: 3,
    now: NOW,
    ...rest,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** A detail of Microsoft's answers, complete. */
function detail(index: number, path: string, isWarning: boolean) {
  const field = path.split('.').at(-1);
  return {
    index,
    propertyName: `data[${index}].${path}`,
    errorMessage: `'${field}' is wrong.`,
    errorCode: 'Wrong',
    isWarning,
  };
}

const VALIDATION = { code: 'ValidationError', message: 'See details.' };
const invalid = (...details: unknown[]) => ({ error: { ...VALIDATION, details }, traceId: 't-1' });
const accepted = { state: 'accepted', warnings: [] };

describe('200: processed', () => {
  test.each([
    ['with its count', { eventsReceived: 3, traceId: 't' }],
    ['empty', ''],
    ['blank', ' \r\n'],
    ['cut off', '{"eventsReceived":'],
    ['an error that is no object', { error: 'oops' }],
    ['details that are no list', { error: { details: 'none' } }],
    ['details that are no objects', { error: { details: [null, 7, 'x', []] } }],
    ['other status in the family', '', 202],
  ])('body %s', (_, body, status = 200) => {
    expect(read({ body, status })).toEqual({ kind: 'processed', results: [accepted, accepted, accepted] });
  });

  test.each(['<html>OK</html>', '\n<!doctype html>', 'OK', '[1]', 'null'])(
    "body %j is believed, with a warning: it may be a proxy's",
    (body) => {
      const foreign = {
        state: 'accepted',
        warnings: [{ code: 'ForeignAnswer', path: '', message: expect.any(String) }],
      };
      expect(read({ body })).toEqual({ kind: 'processed', results: [foreign, foreign, foreign] });
    },
  );

  test('a warning is partial loss of an accepted event, whatever error.code says', () => {
    const body = invalid(detail(1, 'userData.em', true), detail(1, 'customData.items[0].price', true));
    expect(read({ body })).toEqual({
      kind: 'processed',
      results: [
        accepted,
        {
          state: 'accepted',
          warnings: [
            { path: 'userData.em', code: 'Wrong', message: "'em' is wrong." },
            { path: 'customData.items[0].price', code: 'Wrong', message: "'price' is wrong." },
          ],
        },
        accepted,
      ],
    });
  });

  test('an event named with an error is rejected, though the flag was off', () => {
    const body = invalid(detail(2, 'userData.em', true), detail(2, 'eventTime', false));
    expect(read({ body })).toMatchObject({
      results: [accepted, accepted, { state: 'rejected', code: 'Wrong', message: "'eventTime' is wrong." }],
    });
  });
});

describe('400: refused', () => {
  const named = (answer: Answer) =>
    answer.kind === 'refused' ? answer.rejected.map(({ position }) => position) : answer.kind;

  test('errors name their events once each; warnings do not', () => {
    const body = invalid(
      detail(0, 'userData.em', true),
      detail(1, 'eventTime', false),
      detail(1, 'eventType', false),
      detail(2, 'eventType', false),
    );
    expect(read({ status: 400, body })).toEqual({
      kind: 'refused',
      rejected: [
        { position: 1, code: 'Wrong', message: "'eventTime' is wrong." },
        { position: 2, code: 'Wrong', message: "'eventType' is wrong." },
      ],
      code: 'Wrong',
      message: "'em' is wrong.",
    });
  });

  test('ten warnings name nobody', () => {
    const body = invalid(...Array.from({ length: 10 }, (_, index) => detail(index, 'userData.ph', true)));
    expect(named(read({ status: 400, count: 20, body }))).toEqual([]);
  });

  test('error.code "ValidationWarning" does not make an error a warning', () => {
    const body = { error: { code: 'ValidationWarning', details: [detail(1, 'eventTime', false)] } };
    expect(named(read({ status: 400, body }))).toEqual([1]);
  });

  test.each([
    ['eventType', [1]],
    ['eventTime', [1]],
    ['eventSourceUrl', [1]],
    ['userData', [1]],
    ['userData.em', []],
    ['userData.ph', []],
    ['referrerUrl', []],
    ['customData.currency', []],
    ['customData.pageType', []],
    ['customData.hotelData.checkinDate', []],
    ['somethingNew', []],
  ])('isWarning absent: decided by the property name %s', (path, positions) => {
    const { isWarning, errorCode, ...older } = detail(1, path, false);
    expect(named(read({ status: 400, body: invalid(older) }))).toEqual(positions);
  });

  test.each([
    ['the index alone', { index: 1, isWarning: false }, [1]],
    ['the path alone', { propertyName: 'data[1].eventTime', isWarning: false }, [1]],
    ['a path without prefix', { index: 1, propertyName: 'eventTime', isWarning: false }, [1]],
    ['the event as a whole', { index: 1, propertyName: 'data[1]', isWarning: false }, [1]],
    ['null as index', { index: null, propertyName: 'data[2].eventTime', isWarning: false }, [2]],
    ['an index outside', { index: 3, propertyName: 'data[3].eventTime', isWarning: false }, []],
    ['a negative index', { index: -1, isWarning: false }, []],
    ['half an index', { index: 0.5, isWarning: false }, []],
    ['an index that is a text', { index: '1', isWarning: false }, []],
    ['a path outside', { propertyName: 'data[99999999999999999999].x', isWarning: false }, []],
    ['no place at all', { isWarning: false }, []],
    ['the list itself', { index: 0, propertyName: 'data', isWarning: false }, []],
    ['the flag', { index: 0, propertyName: 'continueOnValidationError', isWarning: false }, []],
  ])('named by %s', (_, entry, positions) => {
    expect(named(read({ status: 400, body: invalid(entry) }))).toEqual(positions);
  });

  test('codes and messages that are missing are stood in for', () => {
    expect(read({ status: 400, body: invalid({ index: 0, isWarning: false }) })).toMatchObject({
      rejected: [{ position: 0, code: 'ValidationError', message: 'Refused without a reason.' }],
    });
  });

  test.each([
    ['an empty body', '', 'HTTP400', 'HTTP 400'],
    ['a body that was cut off', '{"error":', 'HTTP400', 'HTTP 400'],
    [
      'no details',
      { error: VALIDATION, traceId: 't-1' },
      'ValidationError',
      'HTTP 400: See details. (trace t-1)',
    ],
  ])('%s says it of the request', (_, body, code, message) => {
    expect(read({ status: 400, body })).toEqual({ kind: 'refused', rejected: [], code, message });
  });

  test.each(['<html>Bad Request</html>', 'Bad Request', '[]'])(
    "body %j blames no event: it may be a proxy's",
    (body) => {
      for (const status of [400, 422]) {
        expect(read({ status, body })).toMatchObject({
          kind: 'unavailable',
          message: `HTTP ${status}: the answer is not in Microsoft's form`,
        });
      }
    },
  );

  test('422 is refused, too', () => {
    expect(read({ status: 422 })).toMatchObject({ kind: 'refused', rejected: [] });
  });

  test('texts are kept short', () => {
    const long = 'x'.repeat(100_000);
    const entry = { ...detail(0, 'eventTime', false), errorMessage: long, errorCode: long };
    expect(JSON.stringify(read({ status: 400, body: invalid(entry) })).length).toBeLessThan(2_500);
    expect(JSON.stringify(read({ status: 500, body: { error: { message: long } } })).length).toBeLessThan(
      600,
    );
  });
});

describe('what blames no event', () => {
  const UNAUTHORIZED = {
    error: { code: 'Unauthorized', message: 'You are not authorized to access this resource.' },
    traceId: 't-2',
  };

  test('401 tells what Microsoft said and under which trace', () => {
    expect(read({ status: 401, body: UNAUTHORIZED })).toEqual({
      kind: 'unauthorized',
      message: 'HTTP 401: You are not authorized to access this resource. (trace t-2)',
    });
  });

  test.each([401, 403, 404, 405, 410])('%i pauses', (status) => {
    expect(read({ status })).toEqual({ kind: 'unauthorized', message: `HTTP ${status}` });
    expect(isMisconfigured(status)).toBe(true);
  });

  test.each([200, 400, 408, 413, 429, 500])('%i does not', (status) => {
    expect(isMisconfigured(status)).toBe(false);
  });

  test('413 is too large', () => {
    expect(read({ status: 413 })).toEqual({ kind: 'too-large', message: 'HTTP 413' });
  });

  test.each([
    ...[103, 301, 304, 307, 402, 406, 407, 408, 409, 411, 415, 421, 425, 431, 451],
    ...[500, 502, 503, 504, 511, 599],
  ])('%i may work later', (status) => {
    expect(read({ status, body: invalid(detail(0, 'eventTime', false)) })).toEqual({
      kind: 'unavailable',
      message: `HTTP ${status}: See details. (trace t-1)`,
      retryAfterMs: undefined,
    });
  });

  test('429 may work later, when less is sent', () => {
    expect(read({ status: 429 })).toEqual({
      kind: 'throttled',
      message: 'HTTP 429',
      retryAfterMs: undefined,
    });
  });

  test.each([429, 503])('%i hands on Retry-After', (status) => {
    expect(read({ status, headers: { 'retry-after': '7' } })).toMatchObject({ retryAfterMs: 7_000 });
    expect(read({ status, headers: { 'retry-after': ['7', '9'] } })).toMatchObject({ retryAfterMs: 7_000 });
  });

  test.each(['request-id', 'x-ms-request-id'])('%s stands in for the trace', (header) => {
    expect(read({ status: 500, headers: { [header]: 'r-1' } })).toMatchObject({
      message: 'HTTP 500 (trace r-1)',
    });
  });
});
