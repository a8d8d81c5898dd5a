import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { createCollector } from '@uet-capi/collector';
import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import { signIn } from './sign-in.ts';

/** `uet-capi goals`: the goals as Microsoft has them, and what is wrong with the settings. */

const COMMAND = fileURLToPath(new URL('../packages/collector/bin/uet-capi.js', import.meta.url));
const SECRETS = {
  UET_CAPI_TOKEN: 'sandbox-token',
  UET_CAPI_DEVELOPER_TOKEN: 'sandbox-developer-token',
  UET_CAPI_ENCRYPTION_KEY: Buffer.alloc(32, 3).toString('base64'),
};
const FITS = [
  { event: 'qualified_lead', goal: 'Qualified lead', kind: 'offline' },
  { event: 'phone_sale', goal: 'Phone sale', kind: 'offline', send: 'attributed' },
  { event: 'purchase', goal: 'Shop purchase', kind: 'online' },
];

let sandbox: Sandbox;
let cwd: string;

function settings(goals: object[]) {
  const ads = { clientId: 'sandbox-app', oauthUrl: sandbox.url, url: sandbox.url };
  const delivery = { batchMs: 0 };
  return {
    tagId: '123456',
    dataDir: join(cwd, 'data'),
    logLevel: 'silent',
    endpoint: sandbox.url,
    ads,
    delivery,
    goals,
  };
}

async function goals(mappings: object[], ...args: string[]) {
  await writeFile(join(cwd, 'uet-capi.config.json'), JSON.stringify(settings(mappings)));
  const child = spawn(process.execPath, [COMMAND, 'goals', ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...SECRETS },
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

test.beforeEach(async () => {
  sandbox = await createSandbox();
  cwd = await mkdtemp(join(tmpdir(), 'uet-capi-goals-'));
});
test.afterEach(async () => {
  await sandbox.close();
  await rm(cwd, { recursive: true });
});

test('the goals of the account and of the tag are listed; nothing is wrong', async () => {
  await signIn(join(cwd, 'data'), sandbox.url, SECRETS);
  expect(await goals(FITS)).toEqual({
    code: 0,
    stderr: '',
    stdout: `site: UET tag 123456, account 300001, customer 200001
  offline goals:
    Qualified lead (Active, takes hashes, EUR)
    Phone sale (Active, click id needed, EUR)
  goals of the UET tag:
    Shop purchase (Active, waits for "purchase", EUR)
`,
  });
});

test('mistakes are named with what to do, and fail the command', async () => {
  await signIn(join(cwd, 'data'), sandbox.url, SECRETS);
  const wrong = [
    { event: 'qualified_lead', goal: 'qualified lead', kind: 'offline' },
    { event: 'purchase', goal: 'Phone sale', kind: 'offline' },
  ];
  const { code, stdout, stderr } = await goals(wrong);
  expect([code, stderr]).toEqual([1, '3 mistakes\n']);
  expect(stdout).toContain(
    'mistake: no offline goal of the account is named "qualified lead", but one "Qualified lead"',
  );
  expect(stdout).toContain('mistake: the goal "Phone sale" takes no hashes');
  expect(stdout).toContain(
    'mistake: the event "purchase" counts twice: in the offline goal "Phone sale" and',
  );

  const json = JSON.parse((await goals(wrong, '--json')).stdout);
  expect(json.sites).toMatchObject([
    {
      site: 'site',
      tagId: '123456',
      account: { accountId: '300001', customerId: '200001' },
      offline: [
        { name: 'Qualified lead', isEnhanced: true },
        { name: 'Phone sale', isEnhanced: false },
      ],
      online: [{ name: 'Shop purchase', action: { operator: 'Equals', expression: 'purchase' } }],
      findings: [{ severity: 'mistake' }, { severity: 'mistake' }, { severity: 'mistake' }],
    },
  ]);
});

test('an event that Microsoft took, and that no goal of the tag waits for, is told', async () => {
  await signIn(join(cwd, 'data'), sandbox.url, SECRETS);
  const collector = await createCollector(settings(FITS) as never, SECRETS);
  for (const eventName of ['sign_up', 'purchase', 'qualified_lead', 'uet_capi_test']) {
    await collector.track({ eventName, userData: { anonymousId: 'visitor' } });
  }
  // A page load, and what it brought: an event without a name.
  await collector.track({
    eventType: 'pageLoad',
    eventSourceUrl: 'https://shop.example/',
    customData: { value: 5, currency: 'EUR' },
    userData: { anonymousId: 'visitor' },
  });
  await expect.poll(() => sandbox.capiEvents()).toHaveLength(6);
  await collector.close();
  const { code, stdout } = await goals(FITS);
  expect(stdout.match(/warning: .*/g)).toEqual([
    expect.stringContaining('no goal of the UET tag waits for the event "sign_up"'),
  ]);
  expect(code).toBe(0);
});

test('without a sign-in it fails with the command to run', async () => {
  const { code, stdout } = await goals(FITS);
  expect(code).toBe(1);
  expect(stdout).toContain('run `uet-capi auth login`');
});

test('a collector that starts says the same in its log, and starts', async () => {
  await signIn(join(cwd, 'data'), sandbox.url, SECRETS);
  const wrong = [{ event: 'qualified_lead', goal: 'Nothing', kind: 'offline' }];
  const config = { ...settings(wrong), logLevel: 'warn', port: 0 };
  await writeFile(join(cwd, 'uet-capi.config.json'), JSON.stringify(config));
  const child = spawn(process.execPath, [COMMAND, 'start'], {
    cwd,
    env: { PATH: process.env.PATH, ...SECRETS },
  });
  let said = '';
  for (const output of [child.stdout, child.stderr])
    output.on('data', (chunk) => {
      said += chunk;
    });
  try {
    await expect.poll(() => said).toContain('no offline goal of the account is named \\"Nothing\\"');
    expect(said).toContain('collector: http://');
  } finally {
    child.kill('SIGTERM');
    await once(child, 'close');
  }
});
