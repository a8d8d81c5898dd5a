import { expect, test } from 'vitest';
import type { Finding } from '../../doctor/finding.ts';
import { ADMIN_TOKEN, READ_TOKEN, runCollector, SHOP_TOKEN } from '../testing/running-collector.ts';

test('the findings of the command, also from outside; of a site alone for who may know no other', async () => {
  const { call, api, sandbox } = await runCollector();
  const look = async (token: string, query = {}) => {
    const { status, body } = await call('GET', '/doctor', { token, query });
    return { status, findings: (body.findings ?? []) as Finding[], error: body.error };
  };
  const ids = (findings: readonly Finding[]) => new Set(findings.map(({ id }) => id));

  const inside = await look(READ_TOKEN);
  expect(ids(inside.findings)).toEqual(
    expect.toSatisfy((all: Set<string>) => all.has('store') && all.has('token')),
  );
  expect(inside.findings.find(({ id }) => id === 'address')).toMatchObject({ status: 'skipped' });

  const ofShop = await look(SHOP_TOKEN);
  expect(new Set(ofShop.findings.map(({ site }) => site))).toEqual(new Set(['shop']));

  const url = api.replace('/admin/api', '');
  const outside = await look(ADMIN_TOKEN, { url });
  const cookies = outside.findings.filter(({ id }) => id === 'cookies');
  expect(cookies.map(({ site, status }) => [site, status])).toEqual([
    ['shop', 'ok'],
    ['blog', 'ok'],
  ]);
  // An address of one's own choice is asked for nobody else.
  expect(await look(READ_TOKEN, { url })).toMatchObject({ status: 403, error: { path: 'query.url' } });
  expect(await look(ADMIN_TOKEN, { url: 'file:///etc/passwd' })).toMatchObject({ status: 400 });
  expect(sandbox.capiEvents()).toEqual([]);
});
