import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { loadPageFiles } from './page-files.ts';

const files = await loadPageFiles();

test('the document loads what is there, by addresses that fit any mount', () => {
  const addresses = [...files.page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
  expect(addresses).toEqual(['data:,', ...['style.css', 'app.js'].map((name) => `admin/assets/${name}`)]);
  for (const name of ['style.css', 'app.js']) expect(files.assets.get(name)?.text.length).toBeGreaterThan(0);
});

test('the login page loads nothing, and its style is the one that its policy allows', () => {
  const html = files.login();
  expect(html).not.toMatch(/<(script|link rel="style)|url\(|@import/);
  const style = html.split('<style>')[1]!.split('</style>')[0]!;
  const hash = createHash('sha256').update(style).digest('base64');
  expect(files.loginStyle).toBe(`'sha256-${hash}'`);
});

test('the login page says why it is shown again', () => {
  expect(files.login()).not.toContain('role="alert"');
  expect(files.login('This token is not right.')).toContain(
    '<p class="error" role="alert">This token is not right.</p>',
  );
});
