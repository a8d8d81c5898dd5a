import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { test as base, expect } from '@playwright/test';
import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import { signInElsewhere } from './sign-in.ts';

/** `uet-capi auth`: a person signs in, in a browser here or elsewhere. */

const COMMAND = fileURLToPath(new URL('../packages/collector/bin/uet-capi.js', import.meta.url));
const SECRET = 'sandbox-secret';
const ENCRYPTION_KEY = Buffer.alloc(32, 5).toString('base64');

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Running {
  child: ChildProcess;
  /** The address that it asks to be opened. */
  address(): Promise<string>;
  ended: Promise<Ended>;
}

interface Auth {
  sandbox: Sandbox;
  start(args: string[], env?: Record<string, string>): Running;
  run(args: string[], env?: Record<string, string>): Promise<Ended>;
}

const test = base.extend<{ auth: Auth }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern
  auth: async ({}, use) => {
    const sandbox = await createSandbox();
    const cwd = await mkdtemp(join(tmpdir(), 'uet-capi-auth-'));
    const settings = {
      UET_CAPI_TAG_ID: '12345678',
      UET_CAPI_MODE: 'shadow',
      UET_CAPI_CLIENT_ID: 'sandbox-app',
      UET_CAPI_DEVELOPER_TOKEN: 'sandbox-developer-token',
      UET_CAPI_ENCRYPTION_KEY: ENCRYPTION_KEY,
      UET_CAPI_OAUTH_URL: sandbox.url,
      UET_CAPI_ADS_URL: sandbox.url,
    };
    const start: Auth['start'] = (args, env) => {
      const child = spawn(process.execPath, [COMMAND, 'auth', ...args], {
        cwd,
        env: { PATH: process.env.PATH, ...settings, ...env },
      });
      const address = new Promise<string>((resolve) => {
        let shown = '';
        child.stdout.on('data', (chunk) => {
          shown += chunk;
          const found = /http\S+authorize\S+/.exec(shown);
          if (found) resolve(found[0]);
        });
      });
      const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
        ([stdout, stderr]) => ({ code: child.exitCode, stdout, stderr }),
      );
      return { child, address: () => address, ended };
    };
    await use({ sandbox, start, run: (args, env) => start(args, env).ended });
    await sandbox.close();
    await rm(cwd, { recursive: true });
  },
});

test('a person signs in with a browser; the only account is chosen; status tells', async ({ auth, page }) => {
  expect(await auth.run(['status'])).toMatchObject({
    code: 1,
    stdout: 'nobody is signed in: run `uet-capi auth login`\n',
  });

  const login = auth.start(['login']);
  await page.goto(await login.address());
  await page.getByRole('button', { name: /accept|sign in|continue/i }).click();
  await expect(page.getByText('this page can be closed')).toBeVisible();
  const { code, stdout } = await login.ended;
  expect(stdout).toMatch(
    /Signed in\.\nAccount: 300001 {2}Example shop \(F100SBX1, EUR, customer 200001\)\n$/,
  );
  expect(code).toBe(0);

  const status = await auth.run(['status', '--json']);
  expect(JSON.parse(status.stdout)).toMatchObject({
    state: 'signed-in',
    account: { accountId: '300001', customerId: '200001' },
  });
  expect(status.code).toBe(0);
  expect((await auth.run(['status'])).stdout).toMatch(
    /^signed in since .*\naccount 300001, customer 200001\n$/,
  );
});

test('the last address is pasted; a web app with its secret; one of several accounts', async ({ auth }) => {
  auth.sandbox.seed({
    accounts: [
      { id: '1', number: 'F1', name: 'One', customerId: '200001', currency: 'EUR' },
      { id: '2', number: 'F2', name: 'Two', customerId: '200001', currency: 'USD' },
    ],
  });
  const env = { UET_CAPI_CLIENT_ID: 'sandbox-web-app', UET_CAPI_CLIENT_SECRET: SECRET };
  const paste = async (args: string[]) => {
    const login = auth.start(['login', '--paste', ...args], env);
    login.child.stdin!.end(`${await signInElsewhere(await login.address())}\n`);
    return login.ended;
  };
  const undecided = await paste([]);
  expect(undecided.code).toBe(1);
  expect(undecided.stderr).toMatch(/choose with --account:\n {2}1 {2}One .*\n {2}2 {2}Two /);
  expect(await paste(['--account', '3'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/cannot reach the account 3/),
  });
  const decided = await paste(['--account', '2']);
  expect(decided.stdout).toMatch(/Account: 2 {2}Two/);
  expect(decided.code).toBe(0);
  for (const { stdout, stderr } of [undecided, decided]) expect(stdout + stderr).not.toContain(SECRET);
});

test('what goes wrong is told, with what to do about it', async ({ auth }) => {
  const paste = async (address: (asked: string) => Promise<string>, env = {}) => {
    const login = auth.start(['login', '--paste'], env);
    login.child.stdin!.end(`${await address(await login.address())}\n`);
    const { code, stderr } = await login.ended;
    expect(code).toBe(1);
    return stderr;
  };
  const declined = async (asked: string) => {
    const state = new URL(asked).searchParams.get('state');
    return `http://localhost/?error=access_denied&state=${state}`;
  };
  expect(await paste(declined)).toBe('Not signed in: the sign-in was declined.\n');
  expect(await paste(async () => 'http://localhost/?code=c&state=s')).toMatch(/another sign-in/);
  expect(await paste(async () => 'no address')).toMatch(/another sign-in/);
  const wrong = { UET_CAPI_CLIENT_ID: 'sandbox-web-app', UET_CAPI_CLIENT_SECRET: 'wrong-secret' };
  const refused = await paste(signInElsewhere, wrong);
  expect(refused).toMatch(/AADSTS7000215: the client secret is wrong/);
  expect(refused).not.toContain('wrong-secret');

  const without = await auth.run(['login'], { UET_CAPI_DEVELOPER_TOKEN: '' });
  expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('UET_CAPI_DEVELOPER_TOKEN') });
});

test('the token of the tag, in both shapes that Microsoft documents, and alone on its line', async ({
  auth,
}) => {
  const login = auth.start(['login', '--paste']);
  login.child.stdin!.end(`${await signInElsewhere(await login.address())}\n`);
  expect((await login.ended).code).toBe(0);
  for (const tagKeyShape of ['UetTagId', 'TagId'] as const) {
    auth.sandbox.seed({ knobs: { tagKeyShape } });
    expect(await auth.run(['token'])).toEqual({ code: 0, stdout: 'sandbox-token\n', stderr: '' });
  }
  auth.sandbox.setFaults([{ match: { path: '*/UetTagAuthKey/Query' }, status: 403 }]);
  expect(await auth.run(['token'])).toMatchObject({ code: 1, stdout: '' });
});

test('a sign-in that Microsoft has ended is told as such', async ({ auth }) => {
  const login = auth.start(['login', '--paste']);
  login.child.stdin!.end(`${await signInElsewhere(await login.address())}\n`);
  expect((await login.ended).code).toBe(0);
  expect(
    await auth.run(['status'], { UET_CAPI_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64') }),
  ).toMatchObject({ code: 1, stdout: expect.stringContaining('cannot be decrypted') });
});
