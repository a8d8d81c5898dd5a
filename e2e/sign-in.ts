import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../packages/collector/bin/uet-capi.js', import.meta.url));

/**
 * Signs the first user of a sandbox in, with the command and the pasted address of a browser elsewhere.
 *
 * @param secrets environment of the command
 */
export async function signIn(
  dataDir: string,
  sandboxUrl: string,
  secrets: Record<string, string>,
): Promise<void> {
  const command = spawn(process.execPath, [COMMAND, 'auth', 'login', '--paste'], {
    env: {
      PATH: process.env.PATH,
      UET_CAPI_TAG_ID: '123456',
      UET_CAPI_DATA_DIR: dataDir,
      UET_CAPI_CLIENT_ID: 'sandbox-app',
      UET_CAPI_OAUTH_URL: sandboxUrl,
      UET_CAPI_ADS_URL: sandboxUrl,
      ...secrets,
    },
  });
  let said = '';
  command.stderr.on('data', (chunk) => {
    said += chunk;
  });
  command.stdout.on('data', async (chunk) => {
    said += chunk;
    const address = /http\S+authorize\S+/.exec(String(chunk))?.[0];
    if (address) command.stdin.end(`${await signInElsewhere(address)}\n`);
  });
  await once(command, 'close');
  if (command.exitCode !== 0) throw new Error(`The sign-in failed: ${said}`);
}

/** Where the browser of the sandbox's first user is sent back to. */
export async function signInElsewhere(address: string): Promise<string> {
  const response = await fetch(address, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'user=sam%40example.com&decision=accept',
  });
  return response.headers.get('location') ?? '';
}
