import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { chooseAccount, readChosenAccount } from '../ads/account.ts';
import { listAccounts, type ReachableAccount } from '../ads/accounts.ts';
import type { ConnectionStatus } from '../ads/connection.ts';
import { listenOnLoopback } from '../ads/oauth/loopback.ts';
import { readRedirect, startSignIn } from '../ads/oauth/sign-in.ts';
import { redeemCode } from '../ads/oauth/token-request.ts';
import type { Ads } from '../ads/of-config.ts';
import type { Config } from '../config/config.ts';
import type { Store } from '../store/port.ts';
import { addAuthTokenCommand } from './auth-token.ts';
import { EXIT, fail } from './exit.ts';
import { parsePort } from './parse-port.ts';
import { withAds } from './with-ads.ts';
import { printJson, withStore } from './with-store.ts';

interface LoginOptions {
  port: number;
  paste?: true;
  account?: string;
}

const LOGIN_HELP = `
The app registration needs the redirect URI http://localhost (public app), or http://localhost:PORT
with the port given (web app). With --paste the sign-in may happen in a browser on any machine: its last
page does not load there, and its address is pasted here.`;

/** How long a person may take to sign in, ms. Microsoft's own page gives up earlier. */
const SIGN_IN_MS = 15 * 60_000;

/** `uet-capi auth`: the sign-in to Microsoft Advertising that offline conversions need. */
export function addAuthCommand(program: Command): void {
  const auth = program
    .command('auth')
    .description('sign in to Microsoft Advertising; docs/offline-conversions.md tells what it needs');
  auth
    .command('login')
    .description('sign in with a browser, and choose the ad account')
    .addOption(
      new Option('--port <number>', 'where the browser comes back to on this machine')
        .argParser(parsePort)
        .default(0, 'a free one'),
    )
    .option('--paste', 'paste the last address of the sign-in instead')
    .option('--account <id>', 'the ad account; without it, the only one, or the one chosen here')
    .addHelpText('after', LOGIN_HELP)
    .action((options: LoginOptions) =>
      withStore((store, config) => withAds(store, config, (ads) => login(options, ads, store, config)), {
        create: true,
      }),
    );
  auth
    .command('status')
    .description('tell since when somebody is signed in, and to which account; fails where nobody is')
    .option('--json', 'print JSON, for programs')
    .action((options: { json?: true }) =>
      withStore((store, config) => withAds(store, config, (ads) => status(options, ads, store)), {
        create: true,
      }),
    );
  addAuthTokenCommand(auth);
}

async function login(
  { port, paste, account }: LoginOptions,
  { app, connection, client }: Ads,
  store: Store,
  config: Config,
): Promise<void> {
  const loopback = await listenOnLoopback(port);
  try {
    const signIn = startSignIn(app, loopback.redirectUri);
    stdout.write(`Open this address in a browser and sign in:\n\n${signIn.address}\n\n`);
    const query = paste ? await pasted() : await inTime(loopback.redirected);
    const redirect = readRedirect(query, signIn);
    if (redirect.kind === 'refused') return fail(`Not signed in: ${redirect.message}.`);
    const code = { code: redirect.code, redirectUri: signIn.redirectUri, verifier: signIn.verifier };
    const answer = await redeemCode(app, code, AbortSignal.timeout(config.delivery.timeoutMs));
    if (answer.kind === 'refused') return fail(`Not signed in: ${answer.message}.`);
    const { accessToken, refreshToken, expiresInS } = answer;
    if (refreshToken === undefined) return fail('Not signed in: Microsoft gave no refresh token.');
    await connection.signedIn({ accessToken, refreshToken, expiresInS });
    stdout.write('Signed in.\n');
  } finally {
    loopback.close();
  }
  const reachable = await listAccounts(client, AbortSignal.timeout(config.delivery.timeoutMs));
  if ('problem' in reachable) return fail(`The accounts could not be listed: ${reachable.problem}`);
  const chosen = await choose(reachable.accounts, account);
  if (!chosen) return;
  await chooseAccount(store, chosen);
  stdout.write(`Account: ${describe(chosen)}\n`);
}

/** The account meant; undefined, told, where it is none of them or cannot be asked for. */
async function choose(
  accounts: readonly ReachableAccount[],
  wanted: string | undefined,
): Promise<ReachableAccount | undefined> {
  if (accounts.length === 0) return void fail('This user can reach no ad account.');
  if (wanted === undefined && accounts.length === 1) return accounts[0];
  const list = accounts.map((account) => `  ${describe(account)}\n`).join('');
  const asked = wanted ?? (stdin.isTTY ? await ask(`${list}Id of the account: `) : undefined);
  const chosen = accounts.find(({ accountId, number }) => asked === accountId || asked === number);
  if (chosen) return chosen;
  fail(
    asked === undefined
      ? `This user can reach several accounts; choose with --account:\n${list}`
      : `This user cannot reach the account ${asked}, but these:\n${list}`,
  );
  return undefined;
}

function describe({ accountId, customerId, number, name, currency }: ReachableAccount): string {
  return `${accountId}  ${name} (${number}, ${currency}, customer ${customerId})`;
}

async function status({ json }: { json?: true }, { connection }: Ads, store: Store): Promise<void> {
  const now = await connection.status();
  const account = await readChosenAccount(store);
  if (json) printJson({ ...now, ...(account && { account }) });
  else {
    const lines = [
      STATES[now.state](now as never),
      account && `account ${account.accountId}, customer ${account.customerId}`,
    ];
    stdout.write(`${lines.filter(Boolean).join('\n')}\n`);
  }
  if (now.state !== 'signed-in') process.exitCode = EXIT.failed;
}

const STATES: { [S in ConnectionStatus['state']]: (now: Extract<ConnectionStatus, { state: S }>) => string } =
  {
    nobody: () => 'nobody is signed in: run `uet-capi auth login`',
    unreadable: () =>
      'the stored sign-in cannot be decrypted: the encryption key is another one than at sign-in; set that key, or sign in again',
    'signed-in': ({ signedInAt, refreshedAt }) =>
      `signed in since ${time(signedInAt)}; tokens of ${time(refreshedAt)}`,
    ended: ({ signedInAt, message }) => `the sign-in of ${time(signedInAt)} has ended: ${message}`,
  };

function time(ms: number): string {
  return new Date(ms).toISOString();
}

/** The address as the browser shows it; the code and state in it are all that counts. */
async function pasted(): Promise<URLSearchParams> {
  const text = await ask('Paste the address of the page that did not load: ');
  return URL.canParse(text) ? new URL(text).searchParams : new URLSearchParams();
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: stdin, output: stdout });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}

async function inTime<T>(promise: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = delay(SIGN_IN_MS, undefined, { signal: over.signal }).then(() => {
    throw new Error('Nobody signed in for 15 minutes.');
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => {});
    over.abort();
  }
}
