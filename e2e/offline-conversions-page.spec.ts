import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { createCollector } from '@uet-capi/collector';
import { createSandbox } from '@uet-capi/sandbox';
import { signIn } from './sign-in.ts';

/** The examples of `docs/offline-conversions.md`, as a reader would try them. */

const COMMAND = fileURLToPath(new URL('../packages/collector/bin/uet-capi.js', import.meta.url));
const PAGE = await readFile(new URL('../docs/offline-conversions.md', import.meta.url), 'utf8');
const SECRETS = {
  UET_CAPI_TOKEN: 'sandbox-token',
  UET_CAPI_SERVER_KEY: 'server-key',
  UET_CAPI_DEVELOPER_TOKEN: 'sandbox-developer-token',
  UET_CAPI_ENCRYPTION_KEY: Buffer.alloc(32, 4).toString('base64'),
};

/** What the page has there. */
function shown(pattern: RegExp): string {
  const found = pattern.exec(PAGE)?.[1];
  if (found === undefined) throw new Error(`The page has no ${pattern}`);
  return found;
}
const bodyOf = (route: string) =>
  shown(new RegExp(`/v1/${route} [^']*'Content-Type: application/json' -d '(.*?)'\n#`, 's'));
const answerOf = (route: string) => shown(new RegExp(`/v1/${route} .*?\n# ({.*?)\n`, 's'));

test('settings, goals, upload and corrections', async () => {
  const sandbox = await createSandbox();
  const cwd = await mkdtemp(join(tmpdir(), 'uet-capi-page-'));
  const inSandbox = shown(/With `ads: ({.*?})`/s).replaceAll('http://127.0.0.1:8787', sandbox.url);
  const settings = `{ ${shown(/```js\n(ads: .*?)```/s)} tagId: '123456', endpoint: '${sandbox.url}', logLevel: 'silent',
    dataDir: ${JSON.stringify(join(cwd, 'data'))}, ads: ${inSandbox} }`;
  await writeFile(join(cwd, 'uet-capi.config.mjs'), `export default ${settings}`);
  const config = (await import(join(cwd, 'uet-capi.config.mjs'))).default;
  await signIn(join(cwd, 'data'), sandbox.url, SECRETS);

  const goals = spawn(process.execPath, [COMMAND, 'goals'], {
    cwd,
    env: { PATH: process.env.PATH, ...SECRETS },
  });
  const [said] = await Promise.all([text(goals.stdout), once(goals, 'close')]);
  expect(said).toBe(shown(/```\n(site: UET tag .*?)```/s));

  const collector = await createCollector(config, SECRETS);
  const post = async (route: string) => {
    const time = new Date(Date.now() - 3_600_000).toISOString();
    const response = await collector.fetch(
      new Request(`http://127.0.0.1:8080/v1/${route}`, {
        method: 'POST',
        headers: { authorization: 'Bearer server-key', 'content-type': 'application/json' },
        body: bodyOf(route).replace("'$time'", time),
      }),
    );
    return await response.text();
  };
  try {
    expect(await post('conversions')).toBe(answerOf('conversions'));
    await expect.poll(() => sandbox.offline()).toMatchObject([{ value: 900 }]);
    expect(await post('adjustments')).toBe(answerOf('adjustments'));
    await expect.poll(() => sandbox.offline()).toMatchObject([{ value: 450, currency: 'EUR' }]);
    // They go by two operations of Microsoft's, neither of which waits for the other.
    await expect
      .poll(() => sandbox.adjustments().toSorted((a, b) => a.type.localeCompare(b.type)))
      .toMatchObject([{ type: 'Restate' }, { type: 'Retract', transactionId: 'A-1001' }]);
  } finally {
    await collector.close();
    await sandbox.close();
    await rm(cwd, { recursive: true });
  }
});
