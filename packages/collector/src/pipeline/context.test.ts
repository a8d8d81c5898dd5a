import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readContext } from './context.ts';
import { CLICK, PAGE } from './testing/sample-facts.ts';

/** As the pixel makes it. */
const encode = (context: unknown) => Buffer.from(JSON.stringify(context)).toString('base64url');

describe('readContext', () => {
  test.each([
    ['nothing known', { v: 1 }, {}],
    [
      'everything',
      { v: 1, a: 'visitor', c: CLICK, p: PAGE, g: 'granted' },
      { anonymousId: 'visitor', msclkid: CLICK, pageLoadId: PAGE, consent: 'granted' },
    ],
    ['a refusal', { v: 1, g: 'denied' }, { consent: 'denied' }],
    ['a click id as the address had it', { v: 1, c: CLICK.replaceAll('-', '') }, { msclkid: CLICK }],
    ['a click id that is none', { v: 1, a: 'visitor', c: 'x' }, { anonymousId: 'visitor' }],
    ['fields of a later pixel', { v: 1, a: 'visitor', z: 1 }, { anonymousId: 'visitor' }],
    ['letters of other scripts', { v: 1, a: 'ü€𝄞' }, { anonymousId: 'ü€𝄞' }],
  ])('%s', (_, context, expected) => expect(readContext(encode(context))).toEqual(expected));

  test('padding and the letters of plain base64 do no harm', () => {
    const text = Buffer.from(JSON.stringify({ v: 1, a: '~~~???>>>' })).toString('base64');
    expect(text).toMatch(/[+/=]/);
    expect(readContext(text)).toEqual({ anonymousId: '~~~???>>>' });
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['empty', ''],
    ['no text', { v: 1 }],
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['another version', encode({ v: 2, a: 'visitor' })],
    ['no object', encode([1])],
    ['null', encode(null)],
    ['no decision', encode({ v: 1, g: 'maybe' })],
    ['a visitor id that is too long', encode({ v: 1, a: 'v'.repeat(129) })],
    ['too long', encode({ v: 1, z: 'z'.repeat(2_000) })],
    ['deeply nested', Buffer.from('['.repeat(1_400)).toString('base64url')],
  ])('is none: %s', (_, text) => expect(readContext(text)).toBeUndefined());

  test('whatever comes in, it does not throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.jsonValue().map(encode)), (text) => {
        expect(() => readContext(text)).not.toThrow();
      }),
    );
  });
});
