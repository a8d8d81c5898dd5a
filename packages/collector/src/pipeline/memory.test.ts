import { describe, expect, test } from 'vitest';
import type { Memory } from '../store/port.ts';
import { memoriesOf, memoryKeys, newestClick, rememberedConsent, withoutRepetition } from './memory.ts';
import { CLICK, JOHN, NOW, OTHER_CLICK, PHONE } from './testing/sample-facts.ts';

const DAY_MS = 86_400_000;

test('memoryKeys names a person by everything that stays the same, the surest first', () => {
  expect(
    memoryKeys({ ph: PHONE, em: JOHN, externalId: 'c', anonymousId: 'v', msclkid: CLICK, idfa: 'i' }),
  ).toEqual(['visitor:v', 'customer:c', `em:${JOHN}`, `ph:${PHONE}`]);
  expect(memoryKeys({ anonymousId: '', msclkid: CLICK })).toEqual([]);
});

describe('memoriesOf', () => {
  const click = { msclkid: CLICK, clickedAt: NOW };
  const user = { anonymousId: 'v', em: JOHN };
  const under = (memory: object) => ['visitor:v', `em:${JOHN}`].map((key) => ({ site: 's', key, ...memory }));

  test('a decision and a click under every key', () => {
    expect(memoriesOf(user, 's', { consent: 'granted', click })).toEqual(
      under({ consent: 'granted', ...click }),
    );
  });
  test('a decision alone', () => {
    expect(memoriesOf(user, 's', { consent: 'granted', click: undefined })).toEqual(
      under({ consent: 'granted' }),
    );
  });
  test('a click without a decision leaves the decision open', () => {
    expect(memoriesOf(user, 's', { consent: undefined, click })).toEqual(under(click));
  });
  test('nothing worth it', () => {
    expect(memoriesOf(user, 's', { consent: undefined, click: undefined })).toEqual([]);
  });
});

describe('newestClick', () => {
  const seen = (key: string, msclkid: string, clickedAt: number): Memory => ({ key, msclkid, clickedAt });

  test.each<[string, Memory[], string | undefined]>([
    ['nothing', [], undefined],
    ['no click', [{ key: 'v', consent: 'granted' }], undefined],
    ['the newest', [seen('v', CLICK, NOW - 2), seen('c', OTHER_CLICK, NOW - 1)], OTHER_CLICK],
    ['in any order', [seen('v', OTHER_CLICK, NOW - 1), seen('c', CLICK, NOW - 2)], OTHER_CLICK],
    ['90 days old', [seen('v', CLICK, NOW - 90 * DAY_MS)], CLICK],
    ['older than 90 days', [seen('v', CLICK, NOW - 90 * DAY_MS - 1)], undefined],
  ])('%s', (_, memories, msclkid) => expect(newestClick(memories, NOW)?.msclkid).toBe(msclkid));

  test('keeps the time at which it was seen', () => {
    expect(newestClick([seen('v', CLICK, NOW - 7)], NOW)).toEqual({ msclkid: CLICK, clickedAt: NOW - 7 });
  });
});

describe('withoutRepetition', () => {
  const memory = (key: string, msclkid: string, clickedAt: number) => ({
    site: 's',
    key,
    msclkid,
    clickedAt,
  });

  test('of the same said again, the newest stays', () => {
    const [old, newer] = [memory('v', CLICK, 1), memory('v', CLICK, 2)];
    expect(withoutRepetition([old, newer, old])).toEqual([newer]);
  });
  test('what was said in between is kept, and so is its order', () => {
    const said = [memory('v', CLICK, 1), memory('v', OTHER_CLICK, 2), memory('v', CLICK, 3)];
    expect(withoutRepetition(said)).toEqual(said);
  });
  test('other keys and decisions are other things', () => {
    const said = [
      memory('v', CLICK, 1),
      memory('w', CLICK, 1),
      { ...memory('v', CLICK, 1), consent: 'denied' as const },
    ];
    expect(withoutRepetition(said)).toEqual(said);
  });
});

test.each<[Memory['consent'][], Memory['consent']]>([
  [[], undefined],
  [[undefined], undefined],
  [['granted'], 'granted'],
  [[undefined, 'granted'], 'granted'],
  [['granted', 'denied'], 'denied'],
  [['denied', 'granted'], 'denied'],
])('rememberedConsent of %j is %s', (decisions, remembered) => {
  const memories = decisions.map(
    (consent, index): Memory => ({ key: `${index}`, ...(consent && { consent }) }),
  );
  expect(rememberedConsent(memories)).toBe(remembered);
});
