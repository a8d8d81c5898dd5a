import { expect, test } from 'vitest';
import { eventId, pageLoadId, visitorId } from './ids.ts';

test('event ids are v7 UUIDs that sort by time', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  const id = eventId(now);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(now);
  expect(eventId(now + 1) > id).toBe(true);
  expect(eventId(now)).not.toBe(id);
});

test('page-load ids are v4 UUIDs', () => {
  expect(pageLoadId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('visitor ids are v1 UUIDs without dashes', () => {
  // 13814000-1dd2-11b2: 1970-01-01 in a v1 UUID.
  expect(visitorId(0).slice(0, 16)).toBe('138140001dd211b2');
});
