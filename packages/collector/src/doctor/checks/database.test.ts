import { expect, test } from 'vitest';
import { checkDatabase } from './database.ts';

test.each([
  ['postgres://u:p@db.example/x', 'warning'],
  ['postgres://u:p@db.example/x?sslmode=disable', 'warning'],
  ['postgres://u:p@db.example/x?sslmode=verify-full', 'ok'],
  ['postgres://u:p@db.example/x?uselibpqcompat=true&sslmode=require', 'ok'],
  ['postgresql://u:p@127.0.0.1:5433/x', 'ok'],
  ['postgres:///x?host=/run/postgresql', 'ok'],
])('%s: %s', (url, status) => {
  const finding = checkDatabase(url);
  expect(finding.status).toBe(status);
  expect(JSON.stringify(finding)).not.toContain(url);
});
