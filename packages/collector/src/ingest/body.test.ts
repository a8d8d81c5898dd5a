import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BODY_TIMEOUT_MS, type BodySource, MAX_ARRIVING_BYTES, readBody } from './body.ts';

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

describe('bodies that do not end', () => {
  afterEach(() => void vi.useRealTimers());

  test('have their time', async () => {
    vi.useFakeTimers();
    const source = new PassThrough();
    const reading = readBody(source, undefined, LIMIT);
    await vi.advanceTimersByTimeAsync(BODY_TIMEOUT_MS - 1);
    source.write('a');
    await vi.advanceTimersByTimeAsync(1);
    expect(await reading).toEqual({ failed: 'tooSlow' });
    expect(source.isPaused()).toBe(true);
    // Neither timer nor listener is left of a body that came.
    expect(await readBody(Readable.from([]), undefined, LIMIT)).toEqual({ bytes: Buffer.alloc(0) });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('have their time too where something in front has stopped them', async () => {
    vi.useFakeTimers();
    const source = Object.assign(new PassThrough(), { complete: true });
    source.end('a');
    source.pause();
    const reading = readBody(source, undefined, LIMIT);
    await vi.advanceTimersByTimeAsync(BODY_TIMEOUT_MS);
    expect(await reading).toEqual({ failed: 'tooSlow' });
  });

  test('that are complete need no timer', async () => {
    vi.useFakeTimers();
    const source = Object.assign(new PassThrough(), { complete: true });
    const reading = readBody(source, undefined, LIMIT);
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
    source.end('a');
    expect(await reading).toEqual({ bytes: Buffer.from('a') });
  });

  test('share the memory, and give it back however they end', async () => {
    const part = Buffer.alloc(MAX_ARRIVING_BYTES / 4);
    const begin = () => {
      const source = new PassThrough();
      source.write(part);
      return { source, reading: readBody(source, undefined, MAX_ARRIVING_BYTES) };
    };
    for (let round = 0; round < 3; round++) {
      const [first, second, third, fourth] = [begin(), begin(), begin(), begin()];
      const fifth = begin();
      expect(await fifth.reading).toEqual({ failed: 'tooMany' });
      first.source.end();
      second.source.destroy(new Error('reset'));
      third.source.destroy();
      fourth.source.write(Buffer.alloc(MAX_ARRIVING_BYTES));
      expect(await first.reading).toHaveProperty('bytes.length', part.length);
      expect(await second.reading).toEqual({ failed: 'aborted' });
      expect(await third.reading).toEqual({ failed: 'aborted' });
      expect(await fourth.reading).toEqual({ failed: 'tooLarge' });
    }
  });
});
