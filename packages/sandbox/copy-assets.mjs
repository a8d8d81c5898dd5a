import { cpSync } from 'node:fs';

// The parts of bat.js and the page are read at run time; the compiler leaves them behind.
for (const folder of ['bat', 'page']) {
  cpSync(new URL(`./src/${folder}`, import.meta.url), new URL(`./dist/${folder}`, import.meta.url), {
    recursive: true,
  });
}
