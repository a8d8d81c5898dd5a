import { beforeEach, expect, test, vi } from 'vitest';

let module: typeof import('./settings.ts');
beforeEach(async () => {
  vi.resetModules();
  module = await import('./settings.ts');
});

test('attributes: words of truth, texts, and those of consent one by one', () => {
  module.configure({ consent: { default: 'denied' } });
  module.configureByAttributes({
    tagId: '123',
    autoPage: 'false',
    declarative: 'true',
    eventNames: 'meta,segment',
    consentWaitMs: '500',
    consentWhenDenied: 'anonymous',
  });
  expect(module.settings).toEqual({
    tagId: '123',
    autoPage: false,
    declarative: true,
    eventNames: 'meta,segment',
    consent: { default: 'denied', waitMs: '500', whenDenied: 'anonymous' },
  });
});
