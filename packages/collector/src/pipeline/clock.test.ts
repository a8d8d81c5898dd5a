import { describe, expect, test } from 'vitest';
import { clockShift, correctTime } from './clock.ts';

const NOW = 1_788_264_000_500;
const NOW_S = 1_788_264_000;
const DAY = 86_400_000;

describe('clockShift', () => {
  test.each<[string, number | undefined, number]>([
    ['a deferred beacon tells no time', undefined, 0],
    ['a right clock', NOW, 0],
    ['the way took 60 s', NOW - 60_000, 0],
    ['60 s fast', NOW + 60_000, 0],
    ['slow by more than 60 s', NOW - 60_001, 60_001],
    ['fast by a day', NOW + 86_400_000, -86_400_000],
    ['slow by a year', NOW - 365 * DAY, 365 * DAY],
    ['further off than any certificate is valid', NOW - 398 * DAY - 1, 0],
    ['the same in the future', NOW + 398 * DAY + 1, 0],
    ['seconds for milliseconds', NOW_S, 0],
    ['no time at all', Number.MAX_VALUE, 0],
  ])('%s', (_, sentAt, shift) => expect(clockShift(sentAt, NOW)).toBe(shift));
});

describe('correctTime', () => {
  test.each<[string, number, number, number]>([
    ['nothing to correct', NOW_S - 10, 0, NOW_S - 10],
    ['slow clock', NOW_S - 3_610, 3_600_000, NOW_S - 10],
    ['fast clock', NOW_S + 3_590, -3_600_000, NOW_S - 10],
    ['never in the future', NOW_S + 5, 0, NOW_S],
    ['never in the future after the correction', NOW_S, 61_000, NOW_S],
    ['whole seconds, down', NOW_S - 10 + 0.9, 0, NOW_S - 10],
    ['a shift with a fraction', NOW_S - 100, 70_500, NOW_S - 30],
    ['years ago stays for the rules to refuse', 1_000_000_000, 0, 1_000_000_000],
    ['milliseconds stay for the rules to refuse', NOW, 0, NOW],
    ['infinity stays for the rules to refuse', Number.POSITIVE_INFINITY, 0, Number.POSITIVE_INFINITY],
  ])('%s', (_, time, shift, corrected) => expect(correctTime(time, shift, NOW)).toBe(corrected));
});
