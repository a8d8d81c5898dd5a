import { describe, expect, test } from 'vitest';
import type { ReadBody } from './body.ts';
import { readJson } from './json-body.ts';
import { incoming } from './testing/incoming.ts';

const LIMIT = 1_000;

function read(body: ReadBody, headers: Record<string, string> = {}) {
  return readJson(incoming(headers, { body: () => Promise.resolve(body) }), LIMIT);
}

const bytes = (text: string): ReadBody => ({ bytes: Buffer.from(text) });

describe('readJson', () => {
  test('parses', async () => {
    expect(await read(bytes('{"a":[1,"ü"]}'))).toEqual({ value: { a: [1, 'ü'] } });
    expect(await read(bytes('\uFEFF{}'))).toEqual({ value: {} });
  });

  test.each(['', '{', '{"email":"jane@shop.example",}', 'undefined', '\u0000'])(
    '%j is no JSON',
    async (text) => {
      const result = await read(bytes(text));
      expect(result).toMatchObject({ status: 400, message: expect.stringContaining('not valid JSON') });
      expect(JSON.stringify(result)).not.toContain('jane');
    },
  );

  test('drops keys that reach the prototype, also escaped ones, at every level', async () => {
    const text =
      '{"__proto__":{"a":1},"b":[{"\\u005f_proto__":{"x":1},"constructor":{"prototype":{"y":1}},"c":1}]}';
    const expected = { value: { b: [{ c: 1 }] } };
    expect(await read(bytes(text))).toEqual(expected);
    expect(await read({ parsed: JSON.parse(text) })).toEqual(expected);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  test('cuts what is nested too deeply and keeps its neighbours', async () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const request = incoming({}, { body: () => Promise.resolve(bytes(`{"data":[${deep},{"good":1}]}`)) });
    const result = await readJson(request, 1_000_000);
    expect(result).toMatchObject({ value: { data: [expect.anything(), { good: 1 }] } });
    expect(JSON.stringify(result).length).toBeLessThan(200);
  });

  test('takes what a parser in front has left', async () => {
    expect(await read({ parsed: { a: 1 } }, { 'content-encoding': 'gzip' })).toEqual({ value: { a: 1 } });
    expect(await read({ parsed: '{"a":1}' })).toEqual({ value: { a: 1 } });
    expect(await read({ parsed: Buffer.from('{"a":1}') }, { 'content-encoding': 'gzip' })).toEqual({
      value: { a: 1 },
    });
    expect(await read({ parsed: `"${'x'.repeat(LIMIT)}"` })).toMatchObject({ status: 413 });
  });

  test('refuses compressed bodies and other charsets', async () => {
    expect(await read(bytes('{}'), { 'content-encoding': 'gzip' })).toMatchObject({ status: 415 });
    expect(await read(bytes('{}'), { 'content-encoding': 'Identity' })).toEqual({ value: {} });
    expect(await read(bytes('{}'), { 'content-type': 'text/plain; charset=utf-16' })).toMatchObject({
      status: 415,
    });
    for (const type of ['text/plain;charset=UTF-8', 'application/json; a=b; charset="utf8"', 'text/plain']) {
      expect(await read(bytes('{}'), { 'content-type': type }), type).toEqual({ value: {} });
    }
  });

  test('says what went wrong with reading', async () => {
    expect(await read({ failed: 'tooLarge' })).toEqual({
      status: 413,
      message: 'the body is larger than 1000 bytes',
    });
    expect(await read({ failed: 'aborted' })).toMatchObject({ status: 400 });
    expect(await read({ failed: 'consumed' })).toMatchObject({
      status: 400,
      message: expect.stringContaining('req.body'),
    });
  });
});
