import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DEFAULT_SEED } from './world/default-seed.ts';
import { DEFAULT_KNOBS } from './world/knobs.ts';
import { seedSchema } from './world/seed.ts';

const page = readFileSync(new URL('../../../docs/sandbox.md', import.meta.url), 'utf8');

test.each(Object.entries(DEFAULT_KNOBS))('the knob %s is documented with its default', (name, value) => {
  const row = page
    .split('\n')
    .find((line) => line.startsWith('| `') && line.split('|')[1]?.includes(`\`${name}\``));
  expect(row).toContain(value === null ? 'none' : String(value));
});

const { knobs: _knobs, ...lists } = seedSchema.shape;
test.each(Object.entries(lists))('the list %s is documented with every field', (name, list) => {
  const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
  for (const field of Object.keys(list.unwrap().element.shape)) expect(row, field).toContain(`\`${field}\``);
});

test('what is there from the start is documented', () => {
  const names = [
    ...DEFAULT_SEED.apps.map(({ clientId }) => clientId),
    ...DEFAULT_SEED.users.map(({ userName }) => userName),
    ...DEFAULT_SEED.accounts.map(({ id }) => id),
    ...DEFAULT_SEED.goals.map(({ name }) => name),
    ...DEFAULT_SEED.grants.flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]),
  ];
  for (const name of names) expect(page).toContain(`\`${name}\``);
});
