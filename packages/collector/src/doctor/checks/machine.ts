import { readFileSync } from 'node:fs';
import { canShare } from '../../store/sqlite/owner-lock.ts';
import { VERSION } from '../../version.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';

/** What the collector runs on. */
export interface Machine {
  /** Version of Node.js, without `v`. */
  node: string;
  sqlite: string;
}

const MANIFEST = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  engines: { node: string };
};

/** The package's own word on it, `>=22.19`. */
const LEAST_NODE = MANIFEST.engines.node.replace('>=', '');

/** Whether Node.js is new enough: for the collector at all, and for several processes on one store. */
export function checkMachine({ node, sqlite }: Machine): Finding {
  const what = `uet-capi ${VERSION} on Node.js ${node} with SQLite ${sqlite}`;
  if (node.localeCompare(LEAST_NODE, 'en', { numeric: true }) < 0) {
    return problem('version', {
      what: `${what}: Node.js must be ${LEAST_NODE} or newer.`,
      why: 'The store needs what older versions of Node.js do not have.',
      next: `Install Node.js ${LEAST_NODE} or newer, and restart the collector with it.`,
    });
  }
  if (!canShare(sqlite)) {
    return warning('version', {
      what: `${what}: this SQLite is older than 3.51.3.`,
      why: 'Two processes cannot safely share a data directory: no cluster, no rolling deploy, and commands only while the collector is stopped.',
      next: 'Run every process with a newer Node.js; `node -p process.versions.sqlite` tells what it brings.',
    });
  }
  return ok('version', `${what}.`);
}
