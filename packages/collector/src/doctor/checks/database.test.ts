import { expect, test } from 'vitest';
import type { ServerFacts } from '../../store/postgres/server-facts.ts';
import { checkDatabase, checkDatabaseServer } from './database.ts';

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

const GOOD: ServerFacts = {
  version: '18.4',
  fsync: true,
  fullPageWrites: true,
  autovacuum: true,
  isReadOnly: false,
  connections: 12,
  maxConnections: 97,
  forbidden: [],
  ownsTables: true,
};

test.each<[string, Partial<ServerFacts>, string, RegExp]>([
  ['fsync', { fsync: false }, 'problem', /fsync = off/],
  ['full_page_writes', { fullPageWrites: false }, 'warning', /full_page_writes = off/],
  ['autovacuum', { autovacuum: false }, 'warning', /autovacuum = off/],
  ['a replica', { isReadOnly: true }, 'problem', /takes no writes/],
  [
    'rights',
    { forbidden: ['day', 'event'] },
    'problem',
    /may not read and write uet_capi\.day, uet_capi\.event/,
  ],
  ['ownership', { ownsTables: false }, 'warning', /may not make or change the tables/],
  ['connections', { connections: 87 }, 'warning', /Of 97 connections .* 87 are in use/],
])('the server, %s', (_, fault, status, what) => {
  const findings = checkDatabaseServer({ ...GOOD, ...fault });
  expect(findings).toEqual([expect.objectContaining({ status, what: expect.stringMatching(what) })]);
});

test('a server with which all is well is named', () => {
  const what = 'PostgreSQL 18.4; 12 of 97 connections are in use.';
  expect(checkDatabaseServer(GOOD)).toEqual([{ id: 'database-server', status: 'ok', what }]);
  expect(checkDatabaseServer({ ...GOOD, connections: 86 })).toMatchObject([{ status: 'ok' }]);
});
