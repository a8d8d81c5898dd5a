#!/usr/bin/env node
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const least = engines.node.replace('>=', '');

// Before anything else is loaded: an older version fails at its first import, with a word that helps nobody.
if (process.versions.node.localeCompare(least, 'en', { numeric: true }) < 0) {
  console.error(`uet-capi needs Node.js ${least} or newer; this is ${process.versions.node}.`);
  process.exitCode = 1;
} else {
  await import('../dist/cli/main.js');
}
