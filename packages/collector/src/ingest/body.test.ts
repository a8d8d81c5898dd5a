import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { type BodySource, readBody } from './body.ts';

const LIMIT = 10;

describe('readBody', () => {
  test('joins the pieces', async () => {
    const source = Readable.from([Buffer.from('ab'), Buffer.from('cd')]);
    expect(await readBody(source, undefined, LIMIT)).toEqual({ bytes: Buffer.from('abcd') });
  });

  test('takes exactly the limit, and an empty body', async () => {
    expect(await readBody(Readable.from([Buffer.alloc(LIMIT)]), '10', LIMIT)).toEqual({
      bytes: Buffer.alloc(LIMIT),
    });
    expect(await readBody(Readable.from([]), '0', LIMIT)).toEqual({ bytes: Buffer.alloc(0) });
  });

  test('believes a declared length that is too large, without reading', async () => {
    const source = new PassThrough();
    expect(await readBody(source, '11', LIMIT)).toEqual({ failed: 'tooLarge' });
    expect(source.readableFlowing).toBeNull();
  });

  test('stops at the limit where the declared length is missing or a lie', async () => {
    for (const declared of [undefined, '3', 'x']) {
      const source = new PassThrough();
      source.write(Buffer.alloc(LIMIT + 1));
      expect(await readBody(source, declared, LIMIT)).toEqual({ failed: 'tooLarge' });
      expect(source.isPaused()).toBe(true);
      source.destroy();
    }
  });

  test('an abort in the middle, and before', async () => {
    const source = new PassThrough();
    source.write('abc');
    const reading = readBody(source, undefined, LIMIT);
    source.destroy(new Error('reset'));
    expect(await reading).toEqual({ failed: 'aborted' });
    expect(await readBody(source, undefined, LIMIT)).toEqual({ failed: 'aborted' });
  });

  test('what somebody in front has read', async () => {
    const source: BodySource = Readable.from([Buffer.from('{}')]);
    await buffer(source);
    expect(await readBody(source, undefined, LIMIT)).toEqual({ failed: 'consumed' });
    source.body = { a: 1 };
    expect(await readBody(source, undefined, LIMIT)).toEqual({ parsed: { a: 1 } });
  });

  test('Express 4 sets an empty req.body that it did not read', async () => {
    const source: BodySource = Readable.from([Buffer.from('{}')]);
    source.body = {};
    expect(await readBody(source, undefined, LIMIT)).toEqual({ bytes: Buffer.from('{}') });
  });

  test('an encoding that somebody in front has set', async () => {
    const source = new PassThrough().setEncoding('utf8');
    source.end('üü');
    expect(await readBody(source, undefined, LIMIT)).toEqual({ bytes: Buffer.from('üü') });
  });
});
