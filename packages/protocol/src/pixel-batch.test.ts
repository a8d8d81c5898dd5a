import { describe, expect, test } from 'vitest';
import { pageReportSchema, pixelEnvelopeSchema } from './pixel-batch.ts';

const PAGE = '7c1d9a52-4f0e-4c1b-8a77-2b6f7d0e5a90';

describe('pixelEnvelopeSchema', () => {
  test.each<[string, unknown]>([
    ['the least', { v: 1, data: [] }],
    ['everything', { v: 1, sentAt: 1_788_000_000_000, data: [{}], reports: [{}] }],
    ['a time with a fraction', { v: 1, sentAt: 1_788_000_000_000.25, data: [] }],
    ['events and reports that are none', { v: 1, data: [null, 5, 'x', []], reports: [null, 5] }],
    ['1,000 events', { v: 1, data: Array.from({ length: 1_000 }, () => ({})) }],
  ])('usable: %s', (_, envelope) => {
    expect(pixelEnvelopeSchema.parse(envelope)).toEqual(envelope);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['no version', { data: [] }],
    ['another version', { v: 2, data: [] }],
    ['no data', { v: 1 }],
    ['data no list', { v: 1, data: {} }],
    ['1,001 events', { v: 1, data: Array.from({ length: 1_001 }, () => ({})) }],
    ['1,001 reports', { v: 1, data: [], reports: Array.from({ length: 1_001 }, () => ({})) }],
    ['a time that is text', { v: 1, sentAt: '1788000000000', data: [] }],
    ['a negative time', { v: 1, sentAt: -1, data: [] }],
    ['reports no list', { v: 1, data: [], reports: {} }],
  ])('unusable: %s', (_, envelope) => {
    expect(pixelEnvelopeSchema.safeParse(envelope).success).toBe(false);
  });
});

describe('pageReportSchema', () => {
  test.each([
    [{ pageLoadId: PAGE, tagSentPageLoad: true }, true],
    [{ pageLoadId: PAGE, mid: PAGE.toUpperCase(), tagSentPageLoad: false }, true],
    [{ pageLoadId: PAGE }, false],
    [{ pageLoadId: '', tagSentPageLoad: true }, false],
    [{ pageLoadId: 'john@contoso.com', tagSentPageLoad: true }, false],
    [{ pageLoadId: PAGE, mid: 'john@contoso.com', tagSentPageLoad: true }, false],
    [{ pageLoadId: PAGE, mid: 5, tagSentPageLoad: true }, false],
    [{ pageLoadId: PAGE, tagSentPageLoad: 'true' }, false],
  ])('%j: %s', (report, usable) => {
    expect(pageReportSchema.safeParse(report).success).toBe(usable);
  });
});
