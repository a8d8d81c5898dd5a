import { FEATURE_NAMES } from '@uet-capi/pixel/feature-names';
import type { Operation } from '../../admin/operation.ts';
import { createSessionOperations } from '../../admin/operations/session.ts';
import type { PageFiles } from '../../admin/page-files.ts';
import type { Config } from '../../config/config.ts';
import { resolveConfig } from '../../config/resolve.ts';
import { createListener, type Listener, type ListenerEvents } from '../listener.ts';
import { createScriptEncoder } from '../pixel-script.ts';
import { createRateLimits, tellLimited } from '../rate-limits.ts';
import { createFakeIntake, type FakeIntake } from './fake-intake.ts';

export const TAG_ID = '12345678';
export const SERVER_KEY = 'the-server-key';
export const ADMIN_TOKEN = 'the-admin-token';
/** For `readTokens`. */
export const READ_TOKEN_ENV = 'UET_CAPI_READ_TOKEN';
export const READ_TOKEN = 'the-read-token';

/** Stands for the pixel's build. */
const PIXEL = {
  script: 'start("%CAPI_SETTINGS%","%CAPI_FEATURES%");',
  overlay: 'overlay();',
  features: Object.fromEntries(FEATURE_NAMES.map((name) => [name, `()=>"${name}"`])),
};

/** Stands for the build of the debugger's page. */
const PAGE: PageFiles = {
  page: '<title>the debugger</title>',
  login: (message = '') => `<title>the login page</title>${message}`,
  loginStyle: "'sha256-of-its-style'",
  assets: new Map([['app.js', { type: 'text/javascript; charset=utf-8', text: 'start()' }]]),
};

export interface TestListener {
  listener: Listener;
  intake: FakeIntake;
  /** What was logged, as JSON lines. */
  logged: string[];
  /** What `onAnswered` was told. */
  answered: [route: string, status: number][];
  /** What `onLimited` was told. */
  limited: string[];
  setReady(ready: boolean): void;
}

/**
 * A listener over a fake intake.
 *
 * @param input laid over a config of one site
 * @param operations of the management API, beside that of the session
 */
export function createTestListener(input: object = {}, operations: Operation[] = []): TestListener {
  const intake = createFakeIntake();
  const logged: string[] = [];
  const answered: [route: string, status: number][] = [];
  const limited: string[] = [];
  let ready = true;
  const write = (facts: object, message: string) => logged.push(JSON.stringify({ ...facts, message }));
  const config = testConfig(input);
  const events: ListenerEvents = {
    onAnswered: (route, status) => answered.push([route, status]),
    onLimited: (limit) => limited.push(limit),
  };
  const listener = createListener({
    config,
    intake,
    pixel: PIXEL,
    encode: createScriptEncoder(),
    limits: tellLimited(createRateLimits(config), events),
    admin: {
      files: PAGE,
      operations: [...createSessionOperations(config), ...operations],
      closing: new AbortController().signal,
    },
    isReady: () => ready,
    renderMetrics: async () => 'metrics 1\n',
    events,
    log: { info: write, warn: write, error: write },
  });
  return {
    listener,
    intake,
    logged,
    answered,
    limited,
    setReady: (value) => {
      ready = value;
    },
  };
}

export function testConfig(input: object = {}): Config {
  const resolved = resolveConfig(
    { tagId: TAG_ID, mode: 'shadow', ...input },
    {
      UET_CAPI_SERVER_KEY: SERVER_KEY,
      UET_CAPI_ADMIN_TOKEN: ADMIN_TOKEN,
      [READ_TOKEN_ENV]: READ_TOKEN,
    },
  );
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  return resolved.config;
}
