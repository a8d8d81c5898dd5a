import { readFileSync } from 'node:fs';

/**
 * The parts of the `bat.js` double, each after what it uses. They are modules so that editors and
 * linters understand them; browsers get one plain script.
 */
const PARTS = [
  'settings',
  'ids',
  'sha256',
  'params',
  'validate',
  'beacon',
  'cookies',
  'consent',
  'page-data',
  'queue',
  'spa',
  'uet',
];

export interface BatSettings {
  eventId: boolean;
  /** Ms. */
  holdMs: number;
}

/** The script that `/bat.js` serves. */
export function batScript(settings: BatSettings): string {
  const parts = PARTS.map((name) =>
    readFileSync(new URL(`./bat/${name}.js`, import.meta.url), 'utf8')
      .replace(/^import [^;]*;\n/gm, '')
      .replace(/^export /gm, ''),
  );
  const code = parts.join('\n').replace("'__SETTINGS__'", JSON.stringify(settings));
  return `// A double of Microsoft's UET tag, served by the sandbox. Not Microsoft's script.\n(() => {\n'use strict';\n${code}})();\n`;
}

/** The per-tag script: tells the tag that nothing is known about the visitor's place. */
export const CONTAINER_SCRIPT = `(() => {
  const tag = window[document.currentScript?.dataset.ueto];
  if (tag) tag.setUserSignals({});
})();
`;
